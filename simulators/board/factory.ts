import type { NorFlash } from "../flash"
import { type Hardware, NO_SOCKETS, RuntimePanic } from "../vm/hardware"
import { Vm } from "../vm/vm"
import type { BoardDefinition } from "./definition"

/** The image is no program that the runtime runs. */
export class ProgramRefused extends Error {}

/**
 * Fills a chip's flash as a factory does, by letting a runtime deploy the program into it on the bench: no bus, no parts, no time.
 * @throws ProgramRefused if the runtime does not take the image
 */
export function programFlash(flash: NorFlash, definition: BoardDefinition, image: Uint8Array): void {
    const bench: Hardware = {
        nowUs: 0,
        flash: flash.bytes,
        sockets: NO_SOCKETS,
        fillRandom: target => target.fill(0),
        sendFrame() {},
        log() {},
        programPanicked() {},
        flashProgram: (offset, bytes) => void flash.program(offset, bytes),
        flashErase: offset => void flash.erase(offset),
        gpioInit() {},
        gpioSetMode() {},
        gpioRead: () => 0,
        i2c: () => false,
        admitsProgram: () => true,
        userConfig() {},
    }
    const { configBinary: config, costs } = definition
    const vm = new Vm({ hardware: bench, deviceId: "0".repeat(16), config, costs, metered: false })
    const error = deployed(vm, image)
    if (error !== undefined) throw new ProgramRefused(`the runtime refuses the program: ${error}`)
}

/** @returns the runtime's verification error, or what it panics of before it comes to that; undefined if it takes the image */
function deployed(vm: Vm, image: Uint8Array): string | undefined {
    try {
        const error = vm.deploy(image)
        return error === 0 ? undefined : `error ${error}`
    } catch (error) {
        if (error instanceof RuntimePanic) return error.message
        throw error
    }
}
