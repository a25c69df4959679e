#include "sync/stream_copy.h"

#include "base/error.h"
#include "tenancy/scope.h"
#include "warehouse/contact_loader.h"
#include "warehouse/conversation_loader.h"

namespace geniai::sync {

namespace {

// Loads the rows of a stream batch by batch, each batch with its watermark in one transaction.
//   add(loader, row): puts the stream's present row into the batch
//   committed(counts, rows, watermark): the batch is safe now
template <class Loader, class Add, class Committed>
void CopyInBatches(const StreamCopy& copy, std::string_view stream, chatwoot::RowStream rows,
                   std::optional<warehouse::Watermark> watermark, const Add& add,
                   const Committed& committed) {
    bool more = rows.Next();
    while (more) {
        tenancy::TenantScope scope(copy.warehouse, tenancy::DatabaseRole::kEtlService,
                                   copy.tenant.id);
        Loader loader(scope);
        std::int64_t count = 0;
        while (more && count < copy.settings.batch_rows) {
            add(loader, rows.fields());
            watermark = Advance(watermark, rows.position(), copy.snapshot.taken_at());
            ++count;
            more = rows.Next();
        }
        const warehouse::LoadCounts counts = loader.Finish();
        if (watermark) warehouse::AdvanceWatermark(scope, stream, *watermark);
        scope.Commit();
        committed(counts, count, watermark);
        if (more && copy.options.stop.stop_requested()) {
            throw base::Error(base::ErrorCode::kFailed,
                              "stopped on request; the next run goes on where this one ended");
        }
    }
}

}  // namespace

warehouse::LoadCounts StreamCopy::CopyContacts() const {
    const auto watermark = WatermarkOf(kContactStream);
    const auto after = ReadAfter(watermark, options.mode, settings.overlap);
    ContactTransform transform;
    warehouse::LoadCounts total;
    CopyInBatches<warehouse::ContactLoader>(
        *this, kContactStream, reader.ReadContacts(snapshot, *tenant.account, after), watermark,
        [&](warehouse::ContactLoader& loader, const pg::CopyFields& fields) {
            const ContactTransform::Row row = transform.Apply(fields);
            loader.Add(row.columns, row.search_text, row.row_hash);
        },
        [&](const warehouse::LoadCounts& counts, std::int64_t /*rows*/, const auto& /*reached*/) {
            total += counts;
            Report(kContactStream, total.total());
        });
    return total;
}

void StreamCopy::CopyConversations(std::span<const base::InboxId> inboxes,
                                   const Classifier& classifier, RunSummary& summary) const {
    const auto watermark = WatermarkOf(kConversationStream);
    summary.watermark = watermark;
    const auto after = ReadAfter(watermark, options.mode, settings.overlap);
    ConversationTransform transform(classifier);
    CopyInBatches<warehouse::ConversationLoader>(
        *this, kConversationStream,
        reader.ReadConversations(snapshot, *tenant.account, inboxes, after), watermark,
        [&](warehouse::ConversationLoader& loader, const pg::CopyFields& fields) {
            loader.Add(transform.Apply(fields));
        },
        [&](const warehouse::LoadCounts& counts, std::int64_t rows, const auto& reached) {
            summary.extracted += rows;
            summary.conversations += counts;
            summary.watermark = reached;
            Report(kConversationStream, summary.extracted);
        });
}

std::optional<warehouse::Watermark> StreamCopy::WatermarkOf(std::string_view stream) const {
    tenancy::TenantScope scope(warehouse, tenancy::DatabaseRole::kEtlService, tenant.id);
    return warehouse::FindWatermark(scope, stream);
}

void StreamCopy::Report(std::string_view stream, std::int64_t rows) const {
    if (options.on_progress) options.on_progress({stream, rows});
}

}  // namespace geniai::sync
