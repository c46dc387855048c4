import { WebSocket } from "ws"
import { InputError } from "../input-error"
import { BoardBridge } from "./board-bridge"

/** A frame has at most 252 bytes; what servers send beside frames is short. */
const MAX_MESSAGE_BYTES = 65_536

/** A WebSocket that carries Jacdac frames, one a message: what `devs devtools` and its browser dashboard speak. */
export class WebSocketBridge extends BoardBridge {
    readonly #socket: WebSocket

    /**
     * Connects and waits until somebody on the bus there speaks.
     * @param url such as ws://localhost:8081
     * @throws InputError if nobody takes the connection; LinkError if nobody speaks
     */
    static async open(url: string): Promise<WebSocketBridge> {
        return new WebSocketBridge(url, await connect(url)).answered()
    }

    private constructor(url: string, socket: WebSocket) {
        super(url)
        this.#socket = socket
        socket.on("message", (frame, isBinary) => {
            if (!isBinary) return
            const bytes = new Uint8Array(frame as Buffer)
            this.heard(bytes)
            this.receiveFrameOrPacket(bytes)
        })
        const gone = () => this.ended("the connection has ended; start the server again and repeat the command")
        socket.on("close", gone)
        socket.on("error", gone)
    }

    async close(): Promise<void> {
        this.#socket.terminate()
    }

    protected override sendPacket(frame: Uint8Array): void {
        if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame)
    }
}

/** @throws InputError */
function connect(url: string): Promise<WebSocket> {
    return new Promise((resolve, reject) => {
        const refuse = (why: string) =>
            reject(new InputError(`${url}: ${why}; give the address of a server such as that of devs devtools`))
        try {
            const socket = new WebSocket(url, { maxPayload: MAX_MESSAGE_BYTES })
            socket.once("open", () => resolve(socket))
            socket.once("error", error => refuse(error.message || "nobody takes the connection"))
        } catch (error) {
            refuse((error as Error).message)
        }
    })
}
