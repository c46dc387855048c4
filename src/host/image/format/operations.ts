/** The operations of the runtime's bytecode, as its specification lists them (bytecode/bytecode.md, format 2.16.4): number, arguments, operand. */

export interface Operation {
    /** Only a statement acts; an expression leaves one value to the operation that follows. */
    statement: boolean
    code: number
    /** How many values it takes. */
    arguments: number
    /** What follows its number in the code: a number of the format, or how far a jump goes, counted from the operation itself. */
    operand: "none" | "number" | "jump"
    /** Nothing runs behind it (`final`), except `reThrow` of undefined. */
    last: boolean
}

type Operand = Operation["operand"]
const NUMBER = "number"
const JUMP = "jump"
const PLAIN = "none"
const LAST = true

function statement(code: number, args: number, operand: Operand = PLAIN, last = false): Operation {
    return { statement: true, code, arguments: args, operand, last }
}

function expression(code: number, args: number, operand: Operand = PLAIN): Operation {
    return { statement: false, code, arguments: args, operand, last: false }
}

// biome-ignore format: a table, one operation a line
const OPERATIONS = {
    builtinObject: expression(1, 0, NUMBER),
    call0: statement(2, 1),
    call1: statement(3, 2),
    call2: statement(4, 3),
    call3: statement(5, 4),
    call4: statement(6, 5),
    call5: statement(7, 6),
    call6: statement(8, 7),
    call7: statement(9, 8),
    call8: statement(10, 9),
    indexDelete: statement(11, 2),
    return: statement(12, 1, PLAIN, LAST),
    jmp: statement(13, 0, JUMP, LAST),
    jmpZ: statement(14, 1, JUMP),
    bind: expression(15, 2),
    objectField: expression(16, 0, NUMBER),
    storeLocal: statement(17, 1, NUMBER),
    storeGlobal: statement(18, 1, NUMBER),
    storeBuffer: statement(19, 4),
    inf: expression(20, 0),
    loadLocal: expression(21, 0, NUMBER),
    loadGlobal: expression(22, 0, NUMBER),
    uplus: expression(23, 1),
    index: expression(24, 2),
    indexSet: statement(25, 3),
    builtinField: expression(26, 1, NUMBER),
    asciiField: expression(27, 1, NUMBER),
    utf8Field: expression(28, 1, NUMBER),
    mathField: expression(29, 0, NUMBER),
    dsField: expression(30, 0, NUMBER),
    allocMap: statement(31, 0),
    allocArray: statement(32, 1),
    allocBuffer: statement(33, 1),
    staticSpecProto: expression(34, 0, NUMBER),
    staticBuffer: expression(35, 0, NUMBER),
    staticBuiltinString: expression(36, 0, NUMBER),
    staticAsciiString: expression(37, 0, NUMBER),
    staticUtf8String: expression(38, 0, NUMBER),
    staticFunction: expression(39, 0, NUMBER),
    literal: expression(40, 0, NUMBER),
    literalF64: expression(41, 0, NUMBER),
    loadBuffer: expression(43, 3),
    retVal: expression(44, 0),
    typeof: expression(45, 1),
    undefined: expression(46, 0),
    isUndefined: expression(47, 1),
    true: expression(48, 0),
    false: expression(49, 0),
    toBool: expression(50, 1),
    nan: expression(51, 0),
    abs: expression(52, 1),
    bitNot: expression(53, 1),
    isNan: expression(54, 1),
    neg: expression(55, 1),
    not: expression(56, 1),
    toInt: expression(57, 1),
    add: expression(58, 2),
    sub: expression(59, 2),
    mul: expression(60, 2),
    div: expression(61, 2),
    bitAnd: expression(62, 2),
    bitOr: expression(63, 2),
    bitXor: expression(64, 2),
    shiftLeft: expression(65, 2),
    shiftRight: expression(66, 2),
    shiftRightUnsigned: expression(67, 2),
    eq: expression(68, 2),
    le: expression(69, 2),
    lt: expression(70, 2),
    ne: expression(71, 2),
    isNullish: expression(72, 1),
    storeClosure: statement(73, 2, NUMBER),
    loadClosure: expression(74, 1, NUMBER),
    makeClosure: expression(75, 0, NUMBER),
    typeofStr: expression(76, 1),
    jmpRetValZ: statement(78, 0, JUMP),
    callArray: statement(79, 2),
    try: statement(80, 0, JUMP),
    endTry: statement(81, 0, JUMP, LAST),
    catch: statement(82, 0),
    finally: statement(83, 0),
    throw: statement(84, 1, PLAIN, LAST),
    reThrow: statement(85, 1, PLAIN, LAST),
    throwJmp: statement(86, 1, JUMP, LAST),
    debugger: statement(87, 0),
    new: expression(88, 1),
    instanceOf: expression(89, 2),
    null: expression(90, 0),
    approxEq: expression(91, 2),
    approxNe: expression(92, 2),
    storeRetVal: statement(93, 1),
    staticSpec: expression(94, 0, NUMBER),
}

export type OperationName = keyof typeof OPERATIONS

/** The number of each operation by its name. */
export const Op = Object.fromEntries(Object.entries(OPERATIONS).map(([name, { code }]) => [name, code])) as Record<
    OperationName,
    number
>

const BY_CODE: readonly (Operation | undefined)[] = (() => {
    const table: (Operation | undefined)[] = []
    for (const operation of Object.values(OPERATIONS)) table[operation.code] = operation
    return table
})()

/** @returns undefined where the specification knows none, or has taken it away */
export const operation = (code: number): Operation | undefined => BY_CODE[code]

const NAMES = new Map(Object.entries(OPERATIONS).map(([name, { code }]) => [code, name]))
export const operationName = (code: number): string => NAMES.get(code) ?? `operation ${code}`

/** The calls that name their function and up to 8 arguments. */
export const isCall = (code: number): boolean => code >= Op.call0 && code <= Op.call8

/** Values that can lie on the stack between two operations (`max_stack_depth`). */
export const MAX_STACK_DEPTH = 16
