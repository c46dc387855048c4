/** Whether a function has to do with closures: then its frame may outlive its end, or be reached from elsewhere. */
import { type ImageFunction, walkFunction } from "../format/code"
import { Op } from "../format/operations"

export const makesClosures = (f: ImageFunction): boolean => has(f, [Op.makeClosure])
export const usesClosures = (f: ImageFunction): boolean => has(f, [Op.makeClosure, Op.loadClosure, Op.storeClosure])

function has(f: ImageFunction, ops: readonly number[]): boolean {
    let found = false
    walkFunction(f, ({ op }) => {
        if (ops.includes(op)) found = true
    })
    return found
}
