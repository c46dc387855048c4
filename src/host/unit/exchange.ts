import { type JDBus, type JDDevice, jacdac } from "../../../simulators/bus/jacdac"
import { type Patience, SILENCE_MS } from "./patience"
import { LinkError, type Waiting } from "./unit-link"

export type Packet = ReturnType<typeof jacdac.Packet.from>

/** A question to a device on the bus. */
export interface Question<T> {
    device: JDDevice
    /** With its service index. */
    packet: Packet
    /** What is asked for, for messages. */
    what: string
    patience: Patience
    /**
     * @returns what the packet answers; undefined if it is no answer to this question
     * @throws LinkError if it says that there will be none
     */
    answer(packet: Packet): T | undefined
    /** Whether this answer, after so many times of asking, is what is waited for; every one, if left out. */
    isAwaited?(answer: T, asked: number): boolean
    /** Left out for what may be answered twice without anybody taking the second answer for that to another question. */
    lingers?: boolean
    /** Hears about once a second that it is waited for. */
    waiting?: Waiting
}

/** Time between two looks at the clock. */
const LOOK_MS = 50
/** From when on, and how often, somebody is told of the wait. */
const TOLD_EVERY_MS = 1_000
/** How long the other answers to what was asked several times are waited for: nothing tells them from answers to the next such question. */
const LINGER_MS = 2_000
const RESTART_COUNTER_MASK = jacdac.ControlAnnounceFlags.RestartCounterSteady

/**
 * Asks, and waits as long as the device is heard and the answer may still come. The answer is recognised by who sends it and not by the object
 * that the library has of the device: it makes another one when it has not heard the device for 3 s, as happens while that computes.
 * @throws LinkError if the device falls silent, does not answer within the time, or starts anew and must not be asked twice
 */
export function exchange<T>(bus: JDBus, question: Question<T>): Promise<T> {
    const { device, packet, what, waiting } = question
    const { againMs, limitMs } = question.patience
    const { scheduler } = bus
    return new Promise<T>((resolve, reject) => {
        const startMs = scheduler.timestamp
        let askedMs = startMs
        let heardMs = startMs
        let toldMs = startMs
        let asked = 0
        /** Answers that may still come. */
        let outstanding = 0
        /** The newest of those that were waited for, and since when there is one. */
        let kept: { answer: T; sinceMs: number } | undefined
        let restarts = device.announceFlags & RESTART_COUNTER_MASK
        let isOver = false
        let timer: unknown

        const ask = () => {
            asked++
            outstanding++
            askedMs = scheduler.timestamp
            void packet.sendCmdAsync(device)
        }
        const end = () => {
            isOver = true
            scheduler.clearTimeout(timer)
            // The library goes through the listeners by number, and would pass over the next one if this took itself away now.
            queueMicrotask(() => bus.off(jacdac.PACKET_PROCESS, hear))
        }
        const fail = (why: string) => {
            end()
            reject(new LinkError(`the device does not answer ${what}: ${why}`))
        }
        const startedAnew = () => {
            outstanding = 0
            if (againMs === undefined) fail("its program started anew; what was asked may have been done")
            else ask()
        }
        const hear = (heard: Packet) => {
            if (isOver || heard.deviceIdentifier !== device.deviceId || !heard.isReport) return
            heardMs = scheduler.timestamp
            const count = restartCounter(heard)
            const hasStartedAnew = count !== undefined && count < restarts
            restarts = count ?? restarts
            if (hasStartedAnew && !kept) return startedAnew()
            try {
                const said = question.answer(heard)
                if (said !== undefined) take(said)
            } catch (error) {
                end()
                reject(error)
            }
        }
        const take = (answer: T) => {
            outstanding--
            if (question.isAwaited?.(answer, asked) ?? true)
                kept = { answer, sinceMs: kept?.sinceMs ?? scheduler.timestamp }
            if (kept && (outstanding <= 0 || !question.lingers)) finish(kept.answer)
        }
        const finish = (answer: T) => {
            end()
            resolve(answer)
        }
        const look = () => {
            const nowMs = scheduler.timestamp
            if (kept) {
                if (nowMs - kept.sinceMs >= LINGER_MS) return finish(kept.answer)
                timer = scheduler.setTimeout(look, LOOK_MS)
                return
            }
            if (nowMs - heardMs >= SILENCE_MS) return fail(`nothing was heard of it for ${seconds(SILENCE_MS)}`)
            if (nowMs - startMs >= limitMs) return fail(`it is heard, but gave no answer in ${seconds(limitMs)}`)
            if (nowMs - toldMs >= TOLD_EVERY_MS) {
                toldMs = nowMs
                waiting?.(what, nowMs - startMs)
            }
            if (againMs !== undefined && nowMs - askedMs >= againMs) ask()
            timer = scheduler.setTimeout(look, LOOK_MS)
        }

        bus.on(jacdac.PACKET_PROCESS, hear)
        ask()
        timer = scheduler.setTimeout(look, LOOK_MS)
    })
}

/** @returns undefined for anything but a device's announcement of itself */
function restartCounter({ serviceIndex, serviceCommand, data }: Packet): number | undefined {
    const isAnnouncement =
        serviceIndex === jacdac.JD_SERVICE_INDEX_CTRL && serviceCommand === jacdac.CMD_ADVERTISEMENT_DATA
    return isAnnouncement ? data[0] & RESTART_COUNTER_MASK : undefined
}

function seconds(ms: number): string {
    return `${Math.round(ms / 1000)} s`
}
