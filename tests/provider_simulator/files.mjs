import { newId } from './random.mjs';
import { badRequest, tooLarge, unknownObject } from './refusals.mjs';

const fileBytesMax = 200 * 2 ** 20;
const allBytesMax = 2 ** 30;

/** The files that clients have sent and batches have written. */
export class FileStore {
    #files = new Map();
    #bytes = 0;

    /** The file in a multipart/form-data body with the parts `purpose` and `file`. */
    upload(contentType, body) {
        const parts = readMultipart(contentType, body);
        const purpose = parts.get('purpose')?.bytes.toString();
        if (purpose !== 'batch') throw badRequest("'purpose' must be 'batch'.", 'purpose');
        const file = parts.get('file');
        if (file?.name === undefined) throw badRequest("'file' is a required property", 'file');
        const isTooLarge = file.bytes.length > fileBytesMax;
        if (isTooLarge || this.#bytes + file.bytes.length > allBytesMax) throw tooLarge();
        return this.add(file.name, purpose, file.bytes);
    }

    add(name, purpose, bytes) {
        const file = {
            id: newId('file-'),
            object: 'file',
            bytes: bytes.length,
            created_at: Math.floor(Date.now() / 1_000),
            filename: name,
            purpose,
            status: 'processed',
        };
        this.#files.set(file.id, { file, bytes });
        this.#bytes += bytes.length;
        return file;
    }

    get(id) {
        return this.#entry(id).file;
    }

    content(id) {
        return this.#entry(id).bytes;
    }

    delete(id) {
        this.#bytes -= this.#entry(id).bytes.length;
        this.#files.delete(id);
        return { id, object: 'file', deleted: true };
    }

    list() {
        return [...this.#files.values()].map(({ file }) => file).reverse();
    }

    #entry(id) {
        const entry = this.#files.get(id);
        if (entry === undefined) throw unknownObject('File', id);
        return entry;
    }
}

/** The parts of a form by their name: { name, bytes }, where `name` is that of a file. */
function readMultipart(contentType, body) {
    const boundary = /^multipart\/form-data\s*;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(
        contentType,
    );
    if (boundary === null) throw badRequest('The body must be multipart/form-data.');
    const separator = Buffer.from(`\r\n--${boundary[1] ?? boundary[2]}`);
    const parts = new Map();
    // The first separator has no line break of its own in front.
    const whole = Buffer.concat([Buffer.from('\r\n'), body]);
    let begin = whole.indexOf(separator);
    while (begin >= 0) {
        const end = whole.indexOf(separator, begin + separator.length);
        if (end < 0) return parts;
        addPart(parts, whole.subarray(begin + separator.length + 2, end));
        begin = end;
    }
    throw badRequest('The form has no parts.');
}

function addPart(parts, part) {
    const gap = part.indexOf('\r\n\r\n');
    if (gap < 0) throw badRequest('A part of the form has no headers.');
    const headers = part.subarray(0, gap).toString();
    const name = /[;\s]name="([^"]*)"/i.exec(headers)?.[1];
    if (name === undefined) throw badRequest('A part of the form has no name.');
    const fileName = /[;\s]filename="([^"]*)"/i.exec(headers)?.[1];
    parts.set(name, { name: fileName, bytes: part.subarray(gap + 4) });
}
