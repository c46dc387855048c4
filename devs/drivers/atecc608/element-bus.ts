/** Packets to and from an ATECC608B, and the wake-up before them (DS20005927A, "I2C Interface", "I/O Groups", "Status/Error Codes"). */
import * as ds from "@devicescript/core"
import { ELEMENT_AT, LAST_PASSING, PartFault } from "../../../src/core/diagnosis/part-fault"
import { pause } from "../../pause"
import { i2cTransfer } from "../i2c-transfer"
import { noteAnswer } from "../part-faults"
import { crc16 } from "./crc16"
import { ELEMENT_ADDRESS, ElementError } from "./element-error"

/**
 * SDA has to be low for 60 µs to wake the element. The runtime refuses address 0, the usual way; the byte 0x80 that this address makes
 * has seven zeros at its end, 70 µs at 100 kHz. Nobody may live there, and so nobody answers.
 */
const WAKE_ADDRESS = 0x40
/** So long after that the element listens. */
const WAKE_MS = 2

/** First byte of a write. */
const SLEEP = hex`01`
const COMMAND = 0x03
/** Count, status, checksum. */
const STATUS_BYTES = 4
const AFTER_WAKE = 0x11
/** Count, opcode, mode, parameter, checksum. */
const COMMAND_BYTES = 7

const ATTEMPTS = 3
/** Before another attempt, in milliseconds: what a program that died had begun is over by then. */
const PATIENCE_MS = 120
/** The element is given twice its time; in the second half it is asked so often. */
const POLLS = 8

/** Statuses, and which `PartFault` each of them is. */
const STATUSES = hex`01 03 05 07 08 0f 11 ee ff`
const STATUS_FAULTS = hex`0a 07 06 09 09 08 05 05 03`

export class ElementBus {
    private taken = false

    /**
     * Wakes the element, lets `work` send its commands, and puts the element to sleep. One fiber at a time; others wait. What fails for a
     * reason that passes is begun anew from the wake-up, twice, so `work` must be fit to be repeated and last less than 0.7 s, the shortest
     * that the element's watchdog allows.
     * @throws ElementError with the first attempt's fault
     */
    async session<T>(work: () => Promise<T>): Promise<T> {
        while (this.taken) await ds.sleep(1)
        this.taken = true
        let first: ElementError | undefined
        try {
            for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
                if (first) await ds.sleep(PATIENCE_MS)
                try {
                    await this.wake()
                    const result = await work()
                    noteAnswer(ELEMENT_AT)
                    return result
                } catch (error) {
                    if (!(error instanceof ElementError) || error.fault > LAST_PASSING) throw error
                    if (!first) first = error
                }
            }
            throw first
        } finally {
            await this.transfer(SLEEP, 0)
            this.taken = false
        }
    }

    /**
     * Sends a command and waits for its answer; to be called in a session.
     * @param limitMs longest execution time
     * @param size of the answer in bytes; 1 for a status, which is then known to be "success"
     * @throws ElementError
     */
    async command(
        opcode: number,
        limitMs: number,
        mode: number,
        parameter: number,
        data: Buffer,
        size: number,
    ): Promise<Buffer> {
        const length = COMMAND_BYTES + data.length
        const packet = Buffer.alloc(1 + length)
        packet[0] = COMMAND
        packet[1] = length
        packet[2] = opcode
        packet[3] = mode
        packet[4] = parameter & 0xff
        packet[5] = parameter >> 8
        packet.set(data, 6)
        const crc = crc16(packet, 1, length - 2)
        packet[length - 1] = crc & 0xff
        packet[length] = crc >> 8
        if (!(await this.transfer(packet, 0))) throw new ElementError(PartFault.Asleep, "takes no command", opcode)
        const answer = await this.answer(limitMs, size + 3)
        if (!answer) throw new ElementError(PartFault.Busy, "no answer to command", opcode)
        return payload(answer, size)
    }

    /** Whatever it was doing, and whatever other traffic woke it: afterwards it has just woken, with its watchdog at the beginning. */
    private async wake(): Promise<void> {
        await this.transfer(SLEEP, 0)
        await this.transfer(hex`00`, 0, WAKE_ADDRESS)
        const answer = await this.answer(WAKE_MS, STATUS_BYTES)
        if (!answer) throw new ElementError(PartFault.NoAnswer, "does not wake", 0)
        requireWhole(answer, STATUS_BYTES)
        if (answer[1] !== AFTER_WAKE) throw statusError(answer[1])
    }

    /**
     * Waits, and then asks until the element acknowledges: a sleep may be shorter than it says, since the runtime counts it from when its
     * turn began, and the bus takes milliseconds of a turn.
     * @returns undefined if it does not
     */
    private async answer(limitMs: number, length: number): Promise<Buffer | undefined> {
        await ds.sleep(limitMs)
        for (let poll = 0; poll < POLLS; poll++) {
            const bytes = await this.transfer(hex``, length)
            await pause()
            if (bytes) return bytes
            await ds.sleep((limitMs >> 3) + 1)
        }
        return undefined
    }

    /** @returns undefined if nobody acknowledges */
    private async transfer(write: Buffer, readLength: number, address = ELEMENT_ADDRESS): Promise<Buffer | undefined> {
        return await i2cTransfer(address, write, readLength)
    }
}

/** What an answer says, if it is whole and no refusal. @throws ElementError */
function payload(answer: Buffer, size: number): Buffer {
    const isStatus = answer[0] === STATUS_BYTES
    requireWhole(answer, isStatus ? STATUS_BYTES : size + 3)
    if (isStatus && (size > 1 || answer[1] !== 0)) throw statusError(answer[1])
    return answer.slice(1, 1 + size)
}

/** @throws ElementError */
function requireWhole(answer: Buffer, length: number): void {
    const crc = crc16(answer, 0, length - 2)
    const isCounted = answer[0] === length
    if (isCounted && answer[length - 2] === (crc & 0xff) && answer[length - 1] === crc >> 8) return
    throw new ElementError(isCounted ? PartFault.Checksum : PartFault.Nonsense, "damaged answer, first byte", answer[0])
}

function statusError(status: number): ElementError {
    const known = STATUSES.indexOf(status)
    return new ElementError(known < 0 ? PartFault.UnknownStatus : STATUS_FAULTS[known], "status", status)
}
