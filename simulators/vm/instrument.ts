/** Opens the runtime's WASM binary to the simulator: hooks where hardware would be, and counters. */
import binaryen from "binaryen"
import { FREE_BLOCK } from "./meter"

const { i32, i64, none, createType } = binaryen

/** Setters that binaryen has and its typings leave out. */
const { setBody: setFunctionBody } = (binaryen as unknown as { Function: BodySetter }).Function
const { setBody: setLoopBody } = (binaryen as unknown as { Loop: BodySetter }).Loop
const { setTarget: setCallTarget } = (binaryen as unknown as { Call: TargetSetter }).Call
interface BodySetter {
    setBody(target: number, body: binaryen.ExpressionRef): void
}
interface TargetSetter {
    setTarget(call: binaryen.ExpressionRef, target: string): void
}

/** Imports that the instrumented binary asks for, under the module name `board`. Addresses are offsets into its memory. */
export interface BoardImports {
    /** `flash_program`: bytes at `source` are to be programmed at `target`. */
    flashProgram(target: number, source: number, length: number): void
    /** `flash_erase`: the 4 KiB page at `page`. */
    flashErase(page: number): void
    /** Head of `devs_gpio_init_dcfg`: pins take their start levels. `ctx` is 0 at boot, the program's context at program start. */
    gpioInit(ctx: number): void
    /** `meth1_GPIO_setMode`. Returns 0 to leave the call to the runtime, which refuses it. */
    gpioSetMode(ctx: number): number
    /** `prop_GPIO_value`. Returns 0 to leave the call to the runtime, which answers undefined or refuses. */
    gpioValue(result: number, ctx: number, self: number): number
    /** `fun3_DeviceScript__i2cTransaction`. Returns 0 to leave the call to the runtime, which refuses it. */
    i2cTransaction(ctx: number): number
    /** Head of `dcfg_set_user_config`: the hardware configuration in the program's image, or 0. */
    userConfig(header: number): void
    /**
     * Before `devsmgr_init` takes up the hardware configuration of the program in flash (`starts` is 0), and before `try_run` looks at the
     * program itself (1). Returns 0 to have neither happen.
     */
    admitsProgram(image: number, length: number, starts: number): number
    /** Head of `dcfg_get_next_entry`: one step through the hardware configuration. */
    configStep(): void
    /** Asked before each fiber is looked for: 1 has the poke left there, to let the world around catch up. */
    turnOver(): number
    /** Metered binary only: a collection has finished; the answer is the number of 32-bit words in use. */
    heapWordsInUse(gc: number): number
    /** Metered binary only: the same of the words that are free. */
    heapWordsFree(gc: number): number
}

/** Functions of the runtime that the simulator calls. */
const HELPERS = [
    "devs_arg_int",
    "devs_ret_int",
    "devs_bufferish_data",
    "devs_value_from_int",
    "devs_panic",
    "devs_fiber_poke",
    "devs_fiber_get_max_sleep",
    "devs_jd_after_user",
    "devsmgr_get_ctx",
    "app_process",
    "jd_crc16",
    "jd_refresh_now",
    "jd_rx_frame_received_loopback",
    "jd_rx_get_frame",
    "jd_rx_release_frame",
    "jd_send",
    "jd_services_handle_packet",
    "jd_services_tick",
    "jd_set_max_sleep",
    "jd_shift_frame",
    "jd_tx_flush",
    "jd_settings_get_bin",
    "jd_settings_set",
]

/** Opcode handlers: `expr…` and `stmt…` by the runtime's naming. */
const OPCODE = /^(expr|stmt)/

/** Functions that programs call and C code answers: `fun…` of the runtime's modules and `meth…` of its objects. */
const BUILT_IN = /^(fun|meth)(\d+|X)_[A-Z]/

/** Work worth counting, by the C function that does one unit of it. */
const WORK = {
    consume_chunk: "sha256Blocks",
    AES_ECB_encrypt: "aesBlocks",
    devs_gc: "gcRuns",
    devs_fiber_call_function: "calls",
} as const

/** Handlers whose operands decide what they cost: integers that stay integers are fast, everything else is computed in doubles. */
const ARITHMETIC = ["expr2_add", "expr2_sub", "expr2_mul"]

export interface InstrumentedRuntime {
    module: WebAssembly.Module
    /** Opcode handlers and built-in functions counted, each exported as a 64-bit global `kind.<name>`; empty unless metered. */
    kinds: string[]
}

/** @param metered adds counters by opcode kind, of native work, of the heap and of the longest run without a yield */
export function instrumentRuntime(binary: Uint8Array, metered: boolean): InstrumentedRuntime {
    const m = binaryen.readBinary(binary)
    // Only what the binary uses: with more features on, the result no longer loads in Node 20.
    const { MutableGlobals, BulkMemory, SignExt, NontrappingFPToInt } = binaryen.Features
    m.setFeatures(MutableGlobals | BulkMemory | SignExt | NontrappingFPToInt)
    hookHardware(m)
    hookTurns(m)
    tellTimers(m)
    hookPrograms(m)
    countOpcodes(m)
    const kinds = metered ? addMeter(m) : []
    for (const helper of HELPERS) m.addFunctionExport(helper, helper)
    if (!m.validate()) throw new Error("the instrumented runtime does not validate")
    const module = new WebAssembly.Module(m.emitBinary() as Uint8Array<ArrayBuffer>)
    m.dispose()
    return { module, kinds }
}

type Name = keyof BoardImports

function addImport(m: binaryen.Module, name: Name, parameters: number, result: binaryen.Type): string {
    const internal = `board.${name}`
    m.addFunctionImport(internal, "board", name, createType(new Array(parameters).fill(i32)), result)
    return internal
}

const parameter = (m: binaryen.Module, index: number) => m.local.get(index, i32)
const parameters = (m: binaryen.Module, count: number) => Array.from({ length: count }, (_, i) => parameter(m, i))
const bodyOf = (m: binaryen.Module, name: string) => binaryen.getFunctionInfo(m.getFunction(name)).body

/** Calls the import first, then goes on with the function as it was. */
function prepend(m: binaryen.Module, target: string, before: binaryen.ExpressionRef[]): void {
    const { body, results } = binaryen.getFunctionInfo(m.getFunction(target))
    setFunctionBody(m.getFunction(target), m.block(null, [...before, body], results))
}

/** Moves a function's body away and lets `around` write a new one that calls it. */
function wrap(
    m: binaryen.Module,
    target: string,
    extraLocals: binaryen.Type[],
    around: (inner: binaryen.ExpressionRef) => binaryen.ExpressionRef,
): void {
    const info = binaryen.getFunctionInfo(m.getFunction(target))
    const inner = `${target}.inner`
    const types = binaryen.expandType(info.params)
    m.addFunction(inner, info.params, info.results, info.vars, info.body)
    m.removeFunction(target)
    m.addFunction(
        target,
        info.params,
        info.results,
        extraLocals,
        around(
            m.call(
                inner,
                types.map((type, i) => m.local.get(i, type)),
                info.results,
            ),
        ),
    )
}

function hookHardware(m: binaryen.Module): void {
    const replace = (target: string, name: Name, count: number) => {
        setFunctionBody(m.getFunction(target), m.call(addImport(m, name, count, none), parameters(m, count), none))
    }
    const serve = (target: string, name: Name, count: number) => {
        const served = m.call(addImport(m, name, count, i32), parameters(m, count), i32)
        setFunctionBody(m.getFunction(target), m.if(m.i32.eqz(served), bodyOf(m, target)))
    }
    replace("flash_program", "flashProgram", 3)
    replace("flash_erase", "flashErase", 1)
    serve("meth1_GPIO_setMode", "gpioSetMode", 1)
    serve("prop_GPIO_value", "gpioValue", 3)
    serve("fun3_DeviceScript__i2cTransaction", "i2cTransaction", 1)
    prepend(m, "devs_gpio_init_dcfg", [m.call(addImport(m, "gpioInit", 1, none), parameters(m, 1), none)])
    prepend(m, "dcfg_get_next_entry", [m.call(addImport(m, "configStep", 0, none), [], none)])
    prepend(m, "dcfg_set_user_config", [m.call(addImport(m, "userConfig", 1, none), parameters(m, 1), none)])
}

interface FoundLoop {
    loop: binaryen.ExpressionRef
    body: binaryen.ExpressionRef
    /** Label of the block right around the loop: branching there leaves it. */
    exit: string
}

function firstLoop(expression: binaryen.ExpressionRef, exit = ""): FoundLoop | undefined {
    const info = binaryen.getExpressionInfo(expression)
    if (info.id === binaryen.LoopId) return { loop: expression, body: (info as binaryen.LoopInfo).body, exit }
    if (info.id !== binaryen.BlockId) return undefined
    const block = info as binaryen.BlockInfo
    for (const child of block.children) {
        const found = firstLoop(child, block.name || exit)
        if (found) return found
    }
    return undefined
}

/** Puts an expression into a function's first outer loop, behind the conditions under which the loop ends before its work. */
function atEachTurn(m: binaryen.Module, target: string, added: (exit: string) => binaryen.ExpressionRef): void {
    const found = firstLoop(bodyOf(m, target))
    const body = found && (binaryen.getExpressionInfo(found.body) as binaryen.BlockInfo)
    if (body?.id !== binaryen.BlockId) throw new Error(`the runtime's ${target} has no loop where one was expected`)
    const work = body.children.findIndex(child => binaryen.getExpressionInfo(child).id === binaryen.BlockId)
    const parts = [...body.children.slice(0, work), added(found!.exit), ...body.children.slice(work)]
    setLoopBody(found!.loop, m.block(body.name || null, parts, none))
}

/**
 * `devs_fiber_poke` runs fibers for as long as one is due; a program that sleeps for 0 ms would never let it go. Where it is left
 * (`pokeCut`), its callers go on as far as they can; what they do when all fibers have run is left to whoever goes on with the poke: asking
 * for how long nothing is due, and sending what the tick has gathered.
 */
function hookTurns(m: binaryen.Module): void {
    for (const name of ["pokeCut", "pokeGoesOn"]) {
        m.addGlobal(name, i32, true, m.i32.const(0))
        m.addGlobalExport(name, name)
    }
    const isCut = () => m.global.get("pokeCut", i32)
    const over = addImport(m, "turnOver", 0, i32)
    atEachTurn(m, "devs_fiber_poke", exit =>
        m.block(null, [m.global.set("pokeCut", m.call(over, [], i32)), m.br(exit, isCut())], none),
    )
    keepInstant(m)
    const asked = m.call("devs_fiber_get_max_sleep", parameters(m, 1), i32)
    redirect(m, "devs_client_event_handler", "devs_fiber_get_max_sleep", m.if(isCut(), m.i32.const(-1), asked))
    redirect(m, "jd_services_tick", "jd_tx_flush", m.if(m.i32.eqz(isCut()), m.call("jd_tx_flush", [], none)))
}

/** A poke looks at the clock when it begins, and when it runs a fiber. One that goes on where it was left has looked already. */
function keepInstant(m: binaryen.Module): void {
    const body = bodyOf(m, "devs_fiber_poke")
    const { children } = infoOf<binaryen.BlockInfo>(body)
    const look = children.findIndex(
        child =>
            binaryen.getExpressionId(child) === binaryen.CallId &&
            infoOf<binaryen.CallInfo>(child).target === "jd_refresh_now",
    )
    if (look < 0 || binaryen.getExpressionId(children[look + 1]) !== binaryen.StoreId)
        throw new Error("the runtime's devs_fiber_poke does not look at the clock where expected")
    const begins = m.i32.eqz(m.global.get("pokeGoesOn", i32))
    const looks = m.block(null, children.slice(look, look + 2), none)
    setFunctionBody(
        m.getFunction("devs_fiber_poke"),
        m.block(null, [...children.slice(0, look), m.if(begins, looks), ...children.slice(look + 2)], none),
    )
}

/** The variables `now` and `now_ms`. */
const NOW = { us: 32224, ms: 34960 }

/**
 * Keeps the time to the earliest timer of the C code, in microseconds, in `timerUs`: `jd_should_sample` is where it asks whether one has run
 * out. Whoever wants to know sets it to a bound before.
 */
function tellTimers(m: binaryen.Module): void {
    m.addGlobal("timerUs", i32, true, m.i32.const(0))
    m.addGlobalExport("timerUs", "timerUs")
    const [sample, ranOut, left] = [0, 2, 3]
    const tell = (target: string, now: number, unitUs: number) =>
        wrap(m, target, [i32, i32], ask =>
            m.block(
                null,
                [
                    m.local.set(ranOut, ask),
                    m.local.set(
                        left,
                        m.i32.sub(m.i32.load(0, 4, m.local.get(sample, i32)), m.i32.load(now, 4, m.i32.const(0))),
                    ),
                    m.if(
                        m.i32.lt_s(
                            m.local.get(left, i32),
                            m.i32.div_u(m.global.get("timerUs", i32), m.i32.const(unitUs)),
                        ),
                        m.global.set("timerUs", m.i32.mul(m.local.get(left, i32), m.i32.const(unitUs))),
                    ),
                    m.local.get(ranOut, i32),
                ],
                i32,
            ),
        )
    tell("jd_should_sample", NOW.us, 1)
    tell("jd_should_sample_ms", NOW.ms, 1000)
}

/** `devsmgr_t`, read off the supported build: a pointer to it, and in it the address of the program in flash. */
const MANAGER = { pointer: 32872, program: 24 }
/** `devsmgr_program_header_t`: the image's size, and the image. */
const PROGRAM = { size: 4, image: 128 }
/** What stands for an error of `devs_verify` and of `dcfg_set_user_config`. */
const NOT_ADMITTED = 1

/**
 * The runtime takes up a program in two steps. When the manager starts, it lets the hardware configuration in the image say which servers the
 * chip has; 1.1 s later, and after every deploy, it verifies the form of the image and runs it. An image that is not admitted is refused like
 * one of a wrong form, and what an earlier one configured is forgotten: it may not be there any more.
 */
function hookPrograms(m: binaryen.Module): void {
    const [admits, verify, configure] = [addImport(m, "admitsProgram", 3, i32), "devs_verify", "dcfg_set_user_config"]
    const forget = m.drop(m.call(configure, [m.i32.const(0)], i32))
    redirect(
        m,
        "try_run",
        verify,
        m.if(
            m.call(admits, [...parameters(m, 2), m.i32.const(1)], i32),
            m.call(verify, parameters(m, 2), i32),
            m.block(null, [forget, m.i32.const(NOT_ADMITTED)], i32),
        ),
    )
    const program = () => m.i32.load(MANAGER.program, 4, m.i32.load(MANAGER.pointer, 4, m.i32.const(0)))
    const image = m.i32.add(program(), m.i32.const(PROGRAM.image))
    redirect(
        m,
        "devsmgr_init",
        configure,
        m.if(
            m.call(admits, [image, m.i32.load(PROGRAM.size, 4, program()), m.i32.const(0)], i32),
            m.call(configure, parameters(m, 1), i32),
            m.i32.const(NOT_ADMITTED),
        ),
    )
}

/** Has the one call of `target` in a function go to another function instead, with that body. */
function redirect(m: binaryen.Module, caller: string, target: string, body: binaryen.ExpressionRef): void {
    const [call, ...more] = callsOf(target, bodyOf(m, caller))
    if (!call || more.length > 0) throw new Error(`the runtime's ${caller} does not call ${target} once, as expected`)
    const { params, results } = binaryen.getFunctionInfo(m.getFunction(target))
    m.addFunction(`${caller}.${target}`, params, results, [], body)
    setCallTarget(call, `${caller}.${target}`)
}

/** The calls that stand by themselves, decide a branch, or give another call its argument. */
function callsOf(target: string, expression: binaryen.ExpressionRef): binaryen.ExpressionRef[] {
    const inside = (part: binaryen.ExpressionRef) => callsOf(target, part)
    switch (binaryen.getExpressionId(expression)) {
        case binaryen.CallId:
            return infoOf<binaryen.CallInfo>(expression).target === target
                ? [expression]
                : infoOf<binaryen.CallInfo>(expression).operands.flatMap(inside)
        case binaryen.BreakId:
            return [infoOf<binaryen.BreakInfo>(expression).condition].filter(Boolean).flatMap(inside)
        case binaryen.BlockId:
            return infoOf<binaryen.BlockInfo>(expression).children.flatMap(inside)
        default:
            return []
    }
}

const infoOf = <Info>(expression: binaryen.ExpressionRef) => binaryen.getExpressionInfo(expression) as Info

const bump = (m: binaryen.Module, global: string) =>
    m.global.set(global, m.i64.add(m.global.get(global, i64), m.i64.const(1n)))

/** One turn of the loop in `devs_vm_exec_opcodes` is one opcode. The 32-bit count wraps. */
function countOpcodes(m: binaryen.Module): void {
    m.addGlobal("opcodes", i32, true, m.i32.const(0))
    m.addGlobalExport("opcodes", "opcodes")
    const count = m.global.set("opcodes", m.i32.add(m.global.get("opcodes", i32), m.i32.const(1)))
    atEachTurn(m, "devs_vm_exec_opcodes", () => count)
}

function addMeter(m: binaryen.Module): string[] {
    const counter = (global: string) => {
        m.addGlobal(global, i64, true, m.i64.const(0n))
        m.addGlobalExport(global, global)
    }
    const kinds: string[] = []
    for (let i = 0; i < m.getNumFunctions(); i++) {
        const { base, name } = binaryen.getFunctionInfo(m.getFunctionByIndex(i))
        if (!base && (OPCODE.test(name) || BUILT_IN.test(name))) kinds.push(name)
    }
    for (const kind of kinds) {
        counter(`kind.${kind}`)
        prepend(m, kind, [bump(m, `kind.${kind}`)])
    }
    for (const [target, name] of Object.entries(WORK)) {
        counter(name)
        prepend(m, target, [bump(m, name)])
    }
    for (const kind of ARITHMETIC) {
        counter(`double.${kind}`)
        counter(`overflow.${kind}`)
        tellDoubles(m, kind)
    }
    measureRuns(m)
    measureHeap(m)
    return kinds
}

/** Where `devs_ctx_t` keeps the operands of the opcode at hand, the last one pushed on top: 8 bytes each, how many in a byte of its own. */
const OPERANDS = { count: 66, first: 88 }
/** The upper word of a value that is an integer. */
const INTEGER_TAG = -1

/** Counts the runs of an arithmetic handler that take a double (`double.…`) and those where two integers overflow into one (`overflow.…`). */
function tellDoubles(m: binaryen.Module, kind: string): void {
    const [result, context, operands, integers] = [0, 2, 3, 4]
    const end = m.i32.add(
        m.local.get(context, i32),
        m.i32.mul(m.i32.load8_u(OPERANDS.count, 1, m.local.get(context, i32)), m.i32.const(8)),
    )
    const isInteger = (offset: number, value: number) =>
        m.i32.eq(m.i32.load(offset + 4, 4, m.local.get(value, i32)), m.i32.const(INTEGER_TAG))
    wrap(m, kind, [i32, i32], run =>
        m.block(null, [
            m.local.set(operands, end),
            m.local.set(
                integers,
                m.i32.and(isInteger(OPERANDS.first - 8, operands), isInteger(OPERANDS.first - 16, operands)),
            ),
            run,
            m.if(
                m.local.get(integers, i32),
                m.if(m.i32.eqz(isInteger(0, result)), bump(m, `overflow.${kind}`)),
                bump(m, `double.${kind}`),
            ),
        ]),
    )
}

/** A fiber's run between two yields is one call of `devs_vm_exec_opcodes`. Opcodes are counted within runs only. */
function measureRuns(m: binaryen.Module): void {
    for (const name of ["runStart", "longestRun"]) {
        m.addGlobal(name, i32, true, m.i32.const(0))
        m.addGlobalExport(name, name)
    }
    const length = 1
    wrap(m, "devs_vm_exec_opcodes", [i32], run =>
        m.block(null, [
            m.global.set("runStart", m.global.get("opcodes", i32)),
            run,
            m.if(
                m.i32.gt_u(
                    m.local.tee(length, m.i32.sub(m.global.get("opcodes", i32), m.global.get("runStart", i32)), i32),
                    m.global.get("longestRun", i32),
                ),
                m.global.set("longestRun", m.local.get(length, i32)),
            ),
        ]),
    )
}

/** Words in the program's heap: a block's header holds its size in 32-bit words in its low 24 bits, and its tag above. */
function measureHeap(m: binaryen.Module): void {
    for (const name of ["heapWords", "heapPeakWords", "heapLiveWords", "heapLivePeakWords"]) {
        m.addGlobal(name, i32, true, m.i32.const(0))
        m.addGlobalExport(name, name)
    }
    for (const name of ["allocations", "clearedWords"]) {
        m.addGlobal(name, i64, true, m.i64.const(0n))
        m.addGlobalExport(name, name)
    }
    const get = (name: string) => m.global.get(name, i32)
    const raise = (peak: string, value: string) =>
        m.if(m.i32.gt_u(get(value), get(peak)), m.global.set(peak, get(value)))
    const blockWords = (address: number) => m.i32.and(m.i32.load(0, 4, address), m.i32.const(0xffffff))
    const blockAfter = (address: () => number) => m.i32.add(address(), m.i32.shl(blockWords(address()), m.i32.const(2)))
    const isFree = (address: number) => m.i32.eq(m.i32.load8_u(3, 1, address), m.i32.const(FREE_BLOCK))
    // What is left of a free block after an allocation is overwritten, and so is all free memory at the end of a collection. On a chip that
    // takes longer than anything else about them.
    const addCleared = (words: number) =>
        m.global.set("clearedWords", m.i64.add(m.global.get("clearedWords", i64), m.i64.extend_u(words)))

    const block = () => m.local.get(3, i32)
    const rest = () => m.local.get(4, i32)
    wrap(m, "find_free_block", [i32, i32], find =>
        m.block(
            null,
            [
                m.if(
                    m.local.tee(3, find, i32),
                    m.block(null, [
                        m.global.set("heapWords", m.i32.add(get("heapWords"), blockWords(block()))),
                        raise("heapPeakWords", "heapWords"),
                        bump(m, "allocations"),
                        m.local.set(4, blockAfter(block)),
                        m.if(isFree(rest()), addCleared(blockWords(rest()))),
                    ]),
                ),
                block(),
            ],
            i32,
        ),
    )
    const object = () => m.local.get(1, i32)
    prepend(m, "jd_gc_free", [
        m.if(
            object(),
            m.global.set("heapWords", m.i32.sub(get("heapWords"), blockWords(m.i32.sub(object(), m.i32.const(4))))),
        ),
    ])
    prepend(m, "devs_gc_create", [m.global.set("heapWords", m.i32.const(0))])
    const inUse = addImport(m, "heapWordsInUse", 1, i32)
    const free = addImport(m, "heapWordsFree", 1, i32)
    wrap(m, "devs_gc", [], collect =>
        m.block(null, [
            collect,
            m.global.set("heapWords", m.call(inUse, parameters(m, 1), i32)),
            m.global.set("heapLiveWords", get("heapWords")),
            raise("heapLivePeakWords", "heapLiveWords"),
            addCleared(m.call(free, parameters(m, 1), i32)),
        ]),
    )
}
