/** The simulator's verifier, asked about a memory that lies in no board. */
import { ModelVerifier, type StageBus, type StartVerdict } from "../../simulators/board/verifier"
import { Bus } from "../../simulators/bus/bus"
import { VirtualClock } from "../../simulators/clock"
import { Atecc608 } from "../../simulators/parts/atecc608"
import { ElementMemory } from "../../simulators/parts/atecc608/memory"
import { Fram } from "../../simulators/parts/fram"
import { Random } from "../../simulators/random"
import { Trace } from "../../simulators/trace"
import { FLOOR_COUNTER } from "../../src/core/identity/element-counters"
import type { Given } from "./reading"

/** What a verifier is asked about. */
export interface Asked {
    /** 16 hex digits. */
    chip: string
    image: Uint8Array
    /** Its first bytes; or it does not answer. */
    memory: Uint8Array | "silent"
    element: Given["element"]
}

const clock = new VirtualClock()
const random = new Random("a board")
const bus = new Bus({ name: "bus", clock, trace: new Trace(clock), random })
const context = { name: "part", clock, bus, random, note() {} }
const fram = new Fram(context, 0x50)
const atecc = new Atecc608(context)
const stageBus: StageBus = {
    transact(_address, write, read) {
        const answer = fram.transfer(write, read.length)
        if (answer) read.set(answer)
        return answer !== undefined
    },
    nowUs: 0,
}

export function judgeByModel({ chip, image, memory, element }: Asked): StartVerdict {
    fram.setPower(memory !== "silent")
    if (memory !== "silent") fram.bytes.set(memory)
    atecc.setPower(element !== "silent")
    if (typeof element === "number") atecc.load(counting(element))
    return new ModelVerifier(chip, element === null ? [fram] : [fram, atecc]).judge(image, stageBus)
}

function counting(count: number) {
    const state = new ElementMemory(new Random("an element"))
    state.lockConfiguration()
    state.setCounter(FLOOR_COUNTER, count)
    return state.save()
}
