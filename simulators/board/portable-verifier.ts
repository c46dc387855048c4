/**
 * boards/loader, the stage that a board runs, in front of a simulated program: its C code, compiled to WebAssembly with boards/loader/ports/wasm.c.
 * Every call gets an instance of its own, so nothing is kept between two.
 */
import type { NorFlash } from "../flash"
import { Atecc608 } from "../parts/atecc608"
import { Fram } from "../parts/fram"
import type { Part } from "../parts/part"
import type { ProgramVerifier, StageBus, StartVerdict } from "./verifier"

/** In the order of `loader_verdict`. */
const VERDICTS: readonly StartVerdict[] = ["unreadable", "factory", "confirmed", "trial", "belowFloor", "unauthorised"]

/** No part answers there. */
const NO_FRAM = 0x7f
const WASM_PAGE_BYTES = 65_536

/** What the module imports, as `board`. */
interface Imports {
    transfer(address: number, write: number, writeSize: number, read: number, readSize: number, limitMs: number): number
    millis(): number
    erase(offset: number): void
}

interface Exports {
    memory: WebAssembly.Memory
    __heap_base: WebAssembly.Global<"i32">
    judge(given: number, imageSize: number, framAddress: number, hasElement: number): number
    repair_store(given: number, size: number): number
}

export class PortableVerifier implements ProgramVerifier {
    readonly #module: WebAssembly.Module
    readonly #chip: Uint8Array
    readonly #framAddress: number
    readonly #hasElement: boolean

    /**
     * @param deviceId of the chip, 16 hex digits
     * @param parts of the board
     */
    constructor(module: WebAssembly.Module, deviceId: string, parts: readonly Part[]) {
        this.#module = module
        this.#chip = Buffer.from(deviceId, "hex")
        this.#framAddress = parts.find(part => part instanceof Fram)?.address ?? NO_FRAM
        this.#hasElement = parts.some(part => part instanceof Atecc608)
    }

    judge(image: Uint8Array, bus: StageBus): StartVerdict {
        const exports = this.#instance(memory => ({
            transfer: (address, write, writeSize, read, readSize, limitMs) => {
                const answer = new Uint8Array(readSize)
                const done = bus.transact(address, memory().slice(write, write + writeSize), answer, 1000 * limitMs)
                if (done) memory().set(answer, read)
                return Number(done)
            },
            millis: () => Math.floor(bus.nowUs / 1000) | 0,
            erase: nothing,
        }))
        const given = put(exports, Buffer.concat([this.#chip, image]))
        return VERDICTS[exports.judge(given, image.length, this.#framAddress, Number(this.#hasElement))]
    }

    repairStore(flash: NorFlash): number {
        let us = 0
        const exports = this.#instance(() => ({
            transfer: nothing,
            millis: nothing,
            erase: offset => {
                us += flash.erase(offset)
            },
        }))
        exports.repair_store(put(exports, flash.bytes), flash.bytes.length)
        return us
    }

    #instance(imports: (memory: () => Uint8Array) => Imports): Exports {
        const memory = () => new Uint8Array(exports.memory.buffer)
        const { exports: found } = new WebAssembly.Instance(this.#module, { board: { ...imports(memory) } })
        const exports = found as unknown as Exports
        return exports
    }
}

/** @returns where the bytes are told to lie */
function put({ memory, __heap_base }: Exports, bytes: Uint8Array): number {
    const at = __heap_base.value as number
    memory.grow(Math.ceil(Math.max(0, at + bytes.length - memory.buffer.byteLength) / WASM_PAGE_BYTES))
    new Uint8Array(memory.buffer).set(bytes, at)
    return at
}

/** Neither entry point calls what belongs to the other. */
function nothing(): never {
    throw new Error("the stage called what it has no business with")
}
