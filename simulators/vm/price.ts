/** Puts the price of what it does into the runtime: a count of cycles by a chip's cost table, which is what time passes by on a chip. */
import binaryen from "binaryen"
import { builtInCycles, type CycleCosts, opcodeCycles } from "../costs/cost-table"
import { FREE_BLOCK, WORD_BYTES } from "./meter"
import { addCounter, atEachTurn, beforeCall, double, onSlowPath, parameter, prepend, setDouble, wrap } from "./rewrite"
import { SHARED } from "./shared-words"

const { i32, i64 } = binaryen

/** C functions that do one unit of some work: what the meter counts it as, and what it costs. */
export const WORK: Readonly<Record<string, { counter: string; cycles: (costs: CycleCosts) => number }>> = {
    devs_fiber_call_function: { counter: "entered", cycles: costs => costs.enter + costs.frame },
    consume_chunk: { counter: "sha256Blocks", cycles: costs => costs.sha256Block },
    AES_ECB_encrypt: { counter: "aesBlocks", cycles: costs => costs.aesBlock },
    devs_gc: { counter: "gcRuns", cycles: costs => costs.collection },
    devs_fiber_run: { counter: "fiberRuns", cycles: costs => costs.fiberRun },
    jd_services_tick: { counter: "passes", cycles: costs => costs.pass },
    jd_services_handle_packet: { counter: "packets", cycles: costs => costs.packet },
    jd_send: { counter: "sentPackets", cycles: costs => costs.sentPacket },
}

/** Handlers whose operands decide what they cost: integers that stay integers are fast, everything else is computed in doubles. */
export const ARITHMETIC = ["expr2_add", "expr2_sub", "expr2_mul"]

/** Words of free memory that allocations and collections have overwritten. */
const CLEARED = "clearedWords"

/** @param kinds opcode handlers and functions that programs call */
export function priceWork(m: binaryen.Module, kinds: readonly string[], costs: CycleCosts): void {
    const spend = (cycles: binaryen.ExpressionRef) =>
        setDouble(m, SHARED.cycles, m.f64.add(double(m, SHARED.cycles), cycles))
    const spendFixed = (cycles: number) => spend(m.f64.const(cycles))

    const isOpcode = (kind: string) => /^(expr|stmt)/.test(kind)
    const cyclesOf = (kind: string) =>
        // What is built in has no frame.
        isOpcode(kind) ? opcodeCycles(kind, costs) : builtInCycles(kind, costs) - costs.frame
    for (const kind of kinds) prepend(m, kind, [spendFixed(cyclesOf(kind))])
    // The small constants have no handler.
    const constant = spendFixed(opcodeCycles("direct_const", costs))
    beforeCall(m, "devs_vm_exec_opcodes", "devs_value_from_int", constant)
    for (const kind of ARITHMETIC)
        onSlowPath(m, kind, m.if(hasDouble(m), spendFixed(costs.doubles[kind]), spendFixed(costs.overflow)))
    for (const [target, { cycles }] of Object.entries(WORK)) prepend(m, target, [spendFixed(cycles(costs))])

    atEachTurn(m, "devs_fiber_poke", () => spendFixed(costs.fiberLook))
    // Image and its length.
    const imageBytes = m.f64.convert_u.i32(parameter(m, 1))
    prepend(m, "devs_verify", [spend(m.f64.mul(imageBytes, m.f64.const(costs.verifiedByte)))])
    priceAllocations(m, spend, costs)
}

/** What is left of a free block after an allocation is overwritten. On a chip that takes longer than anything else about it. */
function priceAllocations(
    m: binaryen.Module,
    spend: (cycles: binaryen.ExpressionRef) => binaryen.ExpressionRef,
    costs: CycleCosts,
): void {
    const [block, rest] = [3, 4]
    const words = () => blockWords(m, m.local.get(rest, i32))
    const price = m.f64.const(WORD_BYTES * costs.clearedByte)
    addCounter(m, CLEARED, i64, m.i64.const(0n))
    wrap(m, "find_free_block", [i32, i32], find =>
        m.block(
            null,
            [
                m.if(
                    m.local.tee(block, find, i32),
                    m.block(null, [
                        spend(m.f64.const(costs.allocation)),
                        m.local.set(
                            rest,
                            blockAfter(m, () => m.local.get(block, i32)),
                        ),
                        m.if(
                            isFree(m, m.local.get(rest, i32)),
                            m.block(null, [
                                m.global.set(CLEARED, m.i64.add(m.global.get(CLEARED, i64), m.i64.extend_u(words()))),
                                spend(m.f64.mul(m.f64.convert_u.i32(words()), price)),
                            ]),
                        ),
                    ]),
                ),
                m.local.get(block, i32),
            ],
            i32,
        ),
    )
}

/** Words of a block of the heap, its header included. */
export const blockWords = (m: binaryen.Module, block: binaryen.ExpressionRef) =>
    m.i32.and(m.i32.load(0, 4, block), m.i32.const(0xffffff))
const blockAfter = (m: binaryen.Module, block: () => binaryen.ExpressionRef) =>
    m.i32.add(block(), m.i32.shl(blockWords(m, block()), m.i32.const(2)))
const isFree = (m: binaryen.Module, block: binaryen.ExpressionRef) =>
    m.i32.eq(m.i32.load8_u(3, 1, block), m.i32.const(FREE_BLOCK))

/** Where arithmetic handlers keep their operands in `devs_ctx_t`, their third parameter: 8 bytes each. */
const OPERANDS = [16, 24]
/** The upper word of a value that is an integer. */
const INTEGER_TAG = -1

/** Whether an operand of the arithmetic handler at hand is no integer. If both are and it is on its slow way, their result is none. */
export function hasDouble(m: binaryen.Module): binaryen.ExpressionRef {
    const [first, second] = OPERANDS.map(at =>
        m.i32.ne(m.i32.load(at + WORD_BYTES, 4, parameter(m, 2)), m.i32.const(INTEGER_TAG)),
    )
    return m.i32.or(first, second)
}
