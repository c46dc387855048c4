import { connect as connectTcp, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"
import type { Clock } from "../../../simulators/clock"
import type { SocketEvent, Sockets } from "../../../simulators/vm/hardware"

const LOOPBACK = new Set(["localhost", "127.0.0.1", "::1"])

/** A simulated device's socket, opened for real, to servers on this machine and to no others. */
export class LoopbackSockets implements Sockets {
    readonly available = true
    readonly #clock: Clock
    #socket: Socket | undefined

    /** @param clock events reach the device through its queue */
    constructor(clock: Clock) {
        this.#clock = clock
    }

    open(host: string, port: number, tls: boolean, emit: (event: SocketEvent) => void): void {
        this.close()
        const later = (event: SocketEvent) => void this.#clock.after(0, () => emit(event))
        if (!LOOPBACK.has(host)) {
            later({ kind: "error", message: `${host}: a simulated device reaches this machine only` })
            return
        }
        const socket = tls
            ? // No authority certifies servers on this machine, so whoever answers here is believed.
              connectTls({ host, port, servername: host, rejectUnauthorized: false })
            : connectTcp({ host, port })
        this.#socket = socket
        const emitIfCurrent = (event: SocketEvent) => {
            if (this.#socket === socket) later(event)
        }
        socket.on(tls ? "secureConnect" : "connect", () => emitIfCurrent({ kind: "open" }))
        socket.on("data", bytes => emitIfCurrent({ kind: "message", bytes }))
        socket.on("error", ({ message }) => emitIfCurrent({ kind: "error", message }))
        socket.on("close", () => emitIfCurrent({ kind: "close" }))
    }

    write(bytes: Uint8Array): void {
        this.#socket?.write(bytes)
    }

    close(): void {
        this.#socket?.destroy()
        this.#socket = undefined
    }
}
