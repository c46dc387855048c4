/** The stage in C in front of a simulated program, with the model of it looking over its shoulder. */
import {
    ModelVerifier,
    type ProgramVerifier,
    type StageBus,
    type StartVerdict,
} from "../../../simulators/board/verifier"
import type { NorFlash } from "../../../simulators/flash"
import type { Part } from "../../../simulators/parts/part"
import { canCompileVerifier, portableVerifier } from "../../../src/host/build/portable-verifier"

const isHere = canCompileVerifier()

/** The model alone where there is no clang: what then is not compared, `verifier.test.ts` lists as skipped. */
export function twinVerifier(deviceId: string, parts: readonly Part[]): ProgramVerifier {
    const model = new ModelVerifier(deviceId, parts)
    return isHere ? new TwinVerifier(model, portableVerifier(deviceId, parts)) : model
}

/** Verdicts that the twins have agreed on since the process began. */
export const agreed = new Map<StartVerdict, number>()

class TwinVerifier implements ProgramVerifier {
    constructor(
        readonly model: ProgramVerifier,
        readonly portable: ProgramVerifier,
    ) {}

    judge(image: Uint8Array, bus: StageBus): StartVerdict {
        const known = new Map<string, Uint8Array | undefined>()
        const recorded: StageBus = {
            transact(address, write, read, limitUs) {
                const done = bus.transact(address, write, read, limitUs)
                known.set(keyOf(address, write, read), done ? read.slice() : undefined)
                return done
            },
            get nowUs() {
                return bus.nowUs
            },
        }
        // What one has read the other is told at once: a second reading would take its time.
        const replayed: StageBus = {
            transact(address, write, read, limitUs) {
                const key = keyOf(address, write, read)
                if (!known.has(key)) return bus.transact(address, write, read, limitUs)
                read.set(known.get(key) ?? [])
                return known.get(key) !== undefined
            },
            nowUs: 0,
        }
        const [verdict, expected] = [this.portable.judge(image, recorded), this.model.judge(image, replayed)]
        if (verdict !== expected) throw new Error(`the stage in C says ${verdict}, the model ${expected}`)
        agreed.set(verdict, (agreed.get(verdict) ?? 0) + 1)
        return verdict
    }

    repairStore(flash: NorFlash): number {
        return this.portable.repairStore(flash)
    }
}

const keyOf = (address: number, write: Uint8Array, read: Uint8Array) => `${address}:${write.join()}:${read.length}`
