import net from 'node:net';

/** A server that holds a free port of the loopback address, and that port. */
export async function takePort() {
    const server = net.createServer();
    await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', resolve);
    });
    const free = () => new Promise((resolve) => server.close(resolve));
    return { port: server.address().port, free };
}

/** A port where nobody listens. */
export async function freePort() {
    const { port, free } = await takePort();
    await free();
    return port;
}
