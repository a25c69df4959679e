const proxyPage =
    '<!DOCTYPE html><html><head><title>Just a moment</title></head>' +
    '<body><h1>The proxy is busy</h1></body></html>\n';
const lackingBytes = 10;

/** Sends JSON with a status. Nothing is sent to a client that has hung up. */
export function sendJson(response, status, value, headers = {}) {
    send(response, status, Buffer.from(JSON.stringify(value)), {
        'Content-Type': 'application/json',
        ...headers,
    });
}

export function send(response, status, bytes, headers) {
    if (response.destroyed) return;
    response.writeHead(status, { 'Content-Length': bytes.length, ...headers });
    response.end(bytes);
}

/** What stands between client and provider answers in its own way. */
export function sendProxyPage(response, status, headers) {
    send(response, status, Buffer.from(proxyPage), { ...headers, 'Content-Type': 'text/html' });
}

/** Sends an answer as the fault of that kind has it: cut, mangled, or not at all. */
export function sendBadly(response, kind, value, headers) {
    if (response.destroyed) return;
    const bytes = Buffer.from(JSON.stringify(value));
    const json = { 'Content-Type': 'application/json', ...headers };
    waysToSend[kind](response, bytes, json);
}

const waysToSend = {
    hang: () => {},
    slow: (response, bytes, headers) => send(response, 200, bytes, headers),
    reset: ({ socket }) => socket.resetAndDestroy(),
    cut_headers: ({ socket }) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: applic', () => socket.destroy());
    },
    cut_body: (response, bytes, headers) => {
        const { socket } = response;
        response.writeHead(200, { 'Content-Length': bytes.length, ...headers });
        const half = bytes.subarray(0, Math.floor(bytes.length / 2));
        response.write(half, () => socket.destroy());
    },
    wrong_content_length: (response, bytes, headers) => {
        response.writeHead(200, { 'Content-Length': bytes.length - lackingBytes, ...headers });
        response.end(bytes);
    },
    not_json_body: (response, bytes, headers) => sendProxyPage(response, 200, headers),
    empty_body: (response, bytes, headers) => send(response, 200, Buffer.alloc(0), headers),
    invalid_utf8: (response, bytes, headers) => {
        const mark = '"content":"';
        const place = Math.max(0, bytes.indexOf(mark)) + mark.length;
        const broken = [bytes.subarray(0, place), Buffer.from([0xc3, 0x28]), bytes.subarray(place)];
        send(response, 200, Buffer.concat(broken), headers);
    },
};
