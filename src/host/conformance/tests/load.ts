/** More than a device wants to hear: readings in the name of its own sensor, and frames that fit nothing. */
import { encodeFrame, FrameFlag, programDeviceId } from "../../../../simulators/bus/frame"
import { CoapCode, CoapType } from "../../../core/session/coap-message"
import { CoapOptionNumber } from "../../../core/session/coap-options"
import { writeMessage } from "../../../core/session/coap-writer"
import type { RandomBytes } from "../../identity/random-bytes"
import { SERVICES } from "../../unit/service-specs"
import { type Scene, Unclear } from "../scene"
import { packetsHeard } from "./frames"

/** Jacdac `_sensor`: report of the register `reading`. */
const READING = 0x1101
/** Of a sensor, several at least. */
const LISTEN_MS = 2000

/**
 * What a device's sensor told last, again and again.
 * @returns what sends as many frames as the wire takes between two looks
 * @throws Unclear if no reading was heard
 */
export async function floodOfReadings({ bench }: Scene): Promise<() => Promise<void>> {
    const readings = packetsHeard(bench, bench.nowMs() - LISTEN_MS, bench.nowMs()).filter(
        ({ isCommand, command }) => !isCommand && command === READING,
    )
    const last = readings.at(-1)
    if (!last) throw new Unclear("no reading of a sensor was heard")
    const frame = encodeFrame(last.deviceId, 0, last)
    return async () => {
        for (let sent = 0; sent < FRAMES_A_LOOK; sent++) await bench.send(frame)
    }
}
const FRAMES_A_LOOK = 8

/** A frame for the services of a program: any command, any payload, sometimes with a wrong sum or cut short. */
export function malformed(random: RandomBytes, chip: string): Uint8Array {
    const below = (bound: number) => Buffer.from(random(4)).readUInt32LE() % bound
    const commands = [below(0x10000), 0x80 + below(0x20), 0x1000 + below(0x200)]
    const frame = encodeFrame(programDeviceId(chip), FrameFlag.Command, {
        serviceIndex: 1 + below(3),
        command: commands[below(commands.length)],
        payload: random(below(3) ? below(12) : below(232)),
    })
    if (below(8) === 0) frame[below(frame.length)] ^= 1 << below(8)
    return below(8) === 0 ? frame.subarray(0, 4 + below(frame.length - 4)) : frame
}

/** What somebody who is nobody to a device says to its sessions: a first message of a pairing, or something as sealed by whoever it knows. */
export function strangersMessage(random: RandomBytes, chip: string, serviceIndex: number): Uint8Array {
    const below = (bound: number) => Buffer.from(random(4)).readUInt32LE() % bound
    const sealed = { number: CoapOptionNumber.Oscore, value: Buffer.from([0x09, below(256), below(8)]) }
    const path = [".well-known", "edhoc"].map(text => ({ number: CoapOptionNumber.UriPath, value: Buffer.from(text) }))
    const frame = writeMessage({
        type: CoapType.Confirmable,
        code: CoapCode.Post,
        messageId: below(0x10000),
        token: Buffer.from(random(1)),
        options: below(2) ? [sealed] : path,
        payload: Buffer.concat([Buffer.from([0xf5]), Buffer.from(random(16 + below(64)))]),
    })
    const command = SERVICES.domovoi.commandCode("exchange")
    const payload = SERVICES.domovoi.encodeCommand("exchange", { frame: new Uint8Array(frame) })
    return encodeFrame(programDeviceId(chip), FrameFlag.Command, { serviceIndex, command, payload })
}
