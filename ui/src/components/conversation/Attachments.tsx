import {
    AtSign,
    Clapperboard,
    File,
    Image,
    Link2,
    MapPin,
    Mic,
    Paperclip,
    Share2,
    Sticker,
    UserRound,
    Video,
    type LucideIcon,
} from 'lucide-react';
import { t } from '../../i18n';

const icons: Record<string, LucideIcon> = {
    image: Image,
    audio: Mic,
    video: Video,
    file: File,
    location: MapPin,
    contact: UserRound,
    sticker: Sticker,
    fallback: Link2,
    embed: Link2,
    share: Share2,
    story_mention: AtSign,
    ig_story: Image,
    ig_reel: Clapperboard,
    ig_post: Share2,
};

/** The kinds of what came with a message; the files themselves stay in Chatwoot. */
export function Attachments({ kinds }: { kinds: string[] }) {
    if (kinds.length === 0) return null;
    return (
        <ul className="flex flex-wrap gap-1.5 py-1">
            {kinds.map((kind, index) => {
                const Icon = icons[kind] ?? Paperclip;
                return (
                    <li
                        key={index}
                        className="inline-flex items-center gap-1.5 rounded-md border border-line-strong bg-surface px-2 py-1 text-xs font-medium text-ink-soft"
                    >
                        <Icon className="size-3.5" aria-hidden="true" />
                        {t.conversation.attachments[kind] ?? t.conversation.attachment}
                    </li>
                );
            })}
        </ul>
    );
}
