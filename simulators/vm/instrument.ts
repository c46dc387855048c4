/** Opens the runtime's WASM binary to the simulator: hooks where hardware would be, the price of its work, and counters. */
import binaryen from "binaryen"
import type { CycleCosts } from "../costs/cost-table"
import { shortenLookup } from "./field-lookup"
import { hookFibers, keepTime, tellTimers } from "./main-loop-hooks"
import { ARITHMETIC, blockWords, hasDouble, priceWork, WORK } from "./price"
import {
    addCounter,
    atEachTurn,
    bodyOf,
    double,
    onSlowPath,
    parameter,
    parameters,
    prepend,
    redirect,
    setBody,
    wrap,
} from "./rewrite"
import { SHARED } from "./shared-words"

const { i32, i64, f64, none, createType } = binaryen

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
    /** `devs_gc` has finished a collection. */
    collected(gc: number): void
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

/**
 * @param costs by which the time of what is done is counted in cycles
 * @param metered adds counters of native work, of the heap, of the longest run without a yield, and of each opcode handler and built-in
 *     function, which is exported as a 64-bit global `kind.<name>`
 * @returns the binary, instrumented
 */
export function instrumentRuntime(binary: Uint8Array, costs: CycleCosts, metered: boolean): Uint8Array {
    const m = binaryen.readBinary(binary)
    // Only what the binary uses: with more features on, the result no longer loads in Node 20.
    const { MutableGlobals, BulkMemory, SignExt, NontrappingFPToInt } = binaryen.Features
    m.setFeatures(MutableGlobals | BulkMemory | SignExt | NontrappingFPToInt)
    const found = kindsOf(m)
    hookHardware(m)
    keepRolesOnChip(m)
    keepTime(m)
    hookFibers(m)
    tellTimers(m)
    hookPrograms(m)
    hookCollections(m)
    priceWork(m, found, costs)
    shortenLookup(m)
    if (metered) addMeter(m, found)
    for (const helper of HELPERS) m.addFunctionExport(helper, helper)
    // What was put around functions costs no call. The engine does the rest itself; all of binaryen's passes take 5 s, and gain nothing.
    binaryen.setOptimizeLevel(3)
    m.runPasses(["inlining"])
    if (!m.validate()) throw new Error("the instrumented runtime does not validate")
    const instrumented = m.emitBinary()
    m.dispose()
    return instrumented
}

function kindsOf(m: binaryen.Module): string[] {
    const kinds: string[] = []
    for (let i = 0; i < m.getNumFunctions(); i++) {
        const { base, name } = binaryen.getFunctionInfo(m.getFunctionByIndex(i))
        if (!base && (OPCODE.test(name) || BUILT_IN.test(name))) kinds.push(name)
    }
    return kinds
}

type Name = keyof BoardImports

function addImport(m: binaryen.Module, name: Name, parameters: number, result: binaryen.Type): string {
    const internal = `board.${name}`
    m.addFunctionImport(internal, "board", name, createType(new Array(parameters).fill(i32)), result)
    return internal
}

function hookHardware(m: binaryen.Module): void {
    const replace = (target: string, name: Name, count: number) => {
        setBody(m, target, m.call(addImport(m, name, count, none), parameters(m, count), none))
    }
    const serve = (target: string, name: Name, count: number) => {
        const served = m.call(addImport(m, name, count, i32), parameters(m, count), i32)
        setBody(m, target, m.if(m.i32.eqz(served), bodyOf(m, target)))
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

/**
 * The build for a computer binds a role `[int:0]` or `[app:0]` to another device's service if the chip has none; one for a chip never does.
 * Servers of the chip that the simulator plays are found under their own identifier, `chipServersId`.
 */
function keepRolesOnChip(m: binaryen.Module): void {
    for (const name of ["chipServersId", "boundId"]) addCounter(m, name, i64, m.i64.const(0))
    const get = (name: string) => m.global.get(name, i64)
    prepend(m, "jd_role_set_hints", [m.local.set(0, m.i32.const(1))])
    wrap(m, "jd_device_id", [], chipId => m.if(m.i64.eqz(get("boundId")), chipId, get("boundId")))
    wrap(m, "rolemgr_autobind", [], bind =>
        m.block(null, [
            m.if(
                m.i64.ne(get("boundId"), get("chipServersId")),
                m.block(null, [
                    m.global.set("boundId", get("chipServersId")),
                    m.call("rolemgr_autobind", parameters(m, 1), none),
                    m.global.set("boundId", m.i64.const(0)),
                ]),
            ),
            bind,
        ]),
    )
}

function hookCollections(m: binaryen.Module): void {
    const collected = addImport(m, "collected", 1, none)
    wrap(m, "devs_gc", [], collect => m.block(null, [collect, m.call(collected, parameters(m, 1), none)]))
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

const bump = (m: binaryen.Module, global: string) =>
    m.global.set(global, m.i64.add(m.global.get(global, i64), m.i64.const(1n)))

function addMeter(m: binaryen.Module, kinds: readonly string[]): void {
    const count = (name: string) => {
        addCounter(m, name, i64, m.i64.const(0n))
        return bump(m, name)
    }
    countOpcodes(m)
    for (const kind of kinds) prepend(m, kind, [count(`kind.${kind}`)])
    for (const [target, { counter }] of Object.entries(WORK)) prepend(m, target, [count(counter)])
    const look = count("fiberLooks")
    atEachTurn(m, "devs_fiber_poke", () => look)
    for (const kind of ARITHMETIC)
        onSlowPath(m, kind, m.if(hasDouble(m), count(`double.${kind}`), count(`overflow.${kind}`)))
    addCounter(m, "verifiedBytes", f64, m.f64.const(0))
    const verified = m.f64.add(m.global.get("verifiedBytes", f64), m.f64.convert_u.i32(parameter(m, 1)))
    prepend(m, "devs_verify", [m.global.set("verifiedBytes", verified)])
    measureRuns(m)
    measureHeap(m)
}

/** One turn of the loop in `devs_vm_exec_opcodes` is one opcode. The 32-bit count wraps. */
function countOpcodes(m: binaryen.Module): void {
    addCounter(m, "opcodes", i32, m.i32.const(0))
    const count = m.global.set("opcodes", m.i32.add(m.global.get("opcodes", i32), m.i32.const(1)))
    atEachTurn(m, "devs_vm_exec_opcodes", () => count)
}

/** A fiber's run between two yields is one call of `devs_vm_exec_opcodes`. Opcodes are counted within runs only. */
function measureRuns(m: binaryen.Module): void {
    for (const name of ["runStart", "longestRun"]) addCounter(m, name, i32, m.i32.const(0))
    for (const name of ["stretchStart", "longestStretch"]) addCounter(m, name, f64, m.f64.const(0))
    const [opcodes, cycles] = [() => m.global.get("opcodes", i32), () => double(m, SHARED.cycles)]
    const [length, stretch] = [1, 2]
    wrap(m, "devs_vm_exec_opcodes", [i32, f64], run =>
        m.block(null, [
            m.global.set("runStart", opcodes()),
            m.global.set("stretchStart", cycles()),
            run,
            m.if(
                m.i32.gt_u(
                    m.local.tee(length, m.i32.sub(opcodes(), m.global.get("runStart", i32)), i32),
                    m.global.get("longestRun", i32),
                ),
                m.global.set("longestRun", m.local.get(length, i32)),
            ),
            m.if(
                m.f64.gt(
                    m.local.tee(stretch, m.f64.sub(cycles(), m.global.get("stretchStart", f64)), f64),
                    m.global.get("longestStretch", f64),
                ),
                m.global.set("longestStretch", m.local.get(stretch, f64)),
            ),
        ]),
    )
}

/** Words in the program's heap: a block's header holds its size in 32-bit words in its low 24 bits, and its tag above. */
function measureHeap(m: binaryen.Module): void {
    for (const name of ["heapWords", "heapPeakWords", "heapLiveWords", "heapLivePeakWords", "gcBlocks"])
        addCounter(m, name, i32, m.i32.const(0))
    addCounter(m, "allocations", i64, m.i64.const(0n))
    const get = (name: string) => m.global.get(name, i32)
    const block = () => parameter(m, 3)
    wrap(m, "find_free_block", [i32], find =>
        m.block(
            null,
            [
                m.if(
                    m.local.tee(3, find, i32),
                    m.block(null, [
                        m.global.set("heapWords", m.i32.add(get("heapWords"), blockWords(m, block()))),
                        m.if(
                            m.i32.gt_u(get("heapWords"), get("heapPeakWords")),
                            m.global.set("heapPeakWords", get("heapWords")),
                        ),
                        bump(m, "allocations"),
                    ]),
                ),
                block(),
            ],
            i32,
        ),
    )
    const object = () => parameter(m, 1)
    const freed = () => blockWords(m, m.i32.sub(object(), m.i32.const(4)))
    prepend(m, "jd_gc_free", [m.if(object(), m.global.set("heapWords", m.i32.sub(get("heapWords"), freed())))])
    prepend(m, "devs_gc_create", [m.global.set("heapWords", m.i32.const(0))])
}
