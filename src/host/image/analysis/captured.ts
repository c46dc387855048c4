/** Which locals somebody else reaches: closures at any call, and the runtime that returns a constructor's object. */
import { FunctionFlag, type ImageFunction, walkFunction } from "../format/code"
import { Op } from "../format/operations"

/** By function. Where a closure's level is not written in the code, all locals of all functions. */
export function capturedSlots(functions: readonly ImageFunction[]): ReadonlySet<number>[] {
    const captured = functions.map(({ flags }) => new Set<number>(flags & FunctionFlag.constructs ? [THIS] : []))
    const makers = functions.map(() => new Set<number>())
    functions.forEach((maker, i) => {
        walkFunction(maker, ({ op, number }) => {
            if (op === Op.makeClosure) makers[number].add(i)
        })
    })
    let known = true
    functions.forEach((user, i) => {
        walkFunction(user, ({ op, number, args }) => {
            if (op !== Op.loadClosure && op !== Op.storeClosure) return
            if (args[0].op !== Op.literal) known = false
            else for (const frame of framesAt(makers, i, args[0].number)) captured[frame].add(number)
        })
    })
    return known ? captured : functions.map(({ slots }) => new Set(Array(slots).keys()))
}

/** `devs_fiber_return_from_call` takes it for the result of a constructor that returns nothing. */
const THIS = 0

/** @returns the functions whose frame may be `levels` above a frame of `from` */
function framesAt(makers: readonly ReadonlySet<number>[], from: number, levels: number): Set<number> {
    let frames = new Set([from])
    for (let level = 0; level < levels; level++) frames = new Set([...frames].flatMap(frame => [...makers[frame]]))
    return frames
}
