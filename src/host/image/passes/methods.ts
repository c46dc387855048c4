/**
 * Methods: one that a class calls of its own objects alone becomes a function that is called by its name, with the object in front.
 * Assumes that nobody makes the name of such a method while the program runs, to read, write or delete a field by it: type checking refuses that, and
 * `test/structure` holds the package's own code to it. Leaves names that code has as values or of any other object, that two methods have, or that the
 * runtime or a specification has, since servers are asked for these. The object that is called of has to be `this`, which is there and of the class:
 * calling a method of what may be undefined throws. Leaves all where a class's prototype or `setPrototypeOf` is anything but what gives classes their
 * methods and bases.
 */
import { isConstant } from "../analysis/effects"
import { removeStatement } from "../analysis/flow"
import { isStoreOf } from "../analysis/webs"
import {
    type Expression,
    FunctionFlag,
    type ImageFunction,
    isLocal,
    local,
    node,
    type Statement,
    stackDepth,
    walk,
    walkFunction,
} from "../format/code"
import type { Image } from "../format/image"
import { isCall, MAX_STACK_DEPTH, Op } from "../format/operations"
import { readStrings } from "../format/string-section"
import { namesOfSpecifications } from "../format/strings"
import { forEachReference } from "./dead-functions"
import type { ImagePass } from "./pass"

/** `BuiltIn_String` */
const PROTOTYPE = 52
const SET_PROTOTYPE_OF = 121

const THIS = 0

export const methods: ImagePass = image => {
    const classes = classesOf(image)
    if (!classes) return false
    const uses = usesOf(image, classes.methods)
    const owners = ownersOf(image, classes.methods)
    const isOwn = ({ name, owner, called }: Method) => {
        const f = image.functions[called]
        const calls = uses.calls.get(name) ?? []
        if (uses.elsewhere.has(name) || f.flags !== FunctionFlag.needsThis || !owners.has(f) || !calls.length)
            return false
        return calls.every(({ caller, call }) => isOrDerives(owners.get(caller), owner, classes.bases) && fits(call))
    }
    // As it is before anything is changed: what has become a function is no method whose `this` is known.
    const own = classes.methods.filter(isOwn)
    for (const { name, called, statement } of own) {
        for (const { call } of uses.calls.get(name)!) Object.assign(call, byName(call, called))
        removeStatement(classes.giver, classes.giver.statements.indexOf(statement))
        image.functions[called].flags = 0
    }
    return own.length > 0
}

const byName = ({ op, args: [, ...given] }: Statement, called: number): Expression =>
    node(op + 1, 0, [node(Op.staticFunction, called), local(THIS), ...given])

/** One below the limit, as the compiler keeps it. */
const fits = (call: Statement): boolean => call.op !== Op.call8 && stackDepth(byName(call, 0)) < MAX_STACK_DEPTH

interface Method {
    name: string
    /** Number of the class's constructor. */
    owner: number
    /** Number of the function. */
    called: number
    /** What gives it to the class. */
    statement: Statement
}

interface Classes {
    methods: Method[]
    /** The class that one derives from. */
    bases: Map<number, number>
    /** Which function gives them these, before anything else runs. */
    giver: ImageFunction
}

/** @returns undefined where prototypes are used for anything else: then methods may be found through them, and objects come to have others */
function classesOf(image: Image): Classes | undefined {
    const nameOf = namer(image)
    const { giver, statements } = beginningOf(image)
    const classes: Classes = { methods: [], bases: new Map(), giver }
    for (const statement of statements) {
        const [object, key, value] = statement.args
        const name = nameOf(key)
        if (
            isGiven(image, statement) &&
            isPrototype(image, object) &&
            name !== undefined &&
            value.op === Op.staticFunction
        )
            classes.methods.push({ name, owner: object.args[0].number, called: value.number, statement })
        if (isDerivation(image, statement) && isPrototype(image, value))
            classes.bases.set(key.args[0].number, value.args[0].number)
    }
    const isUnderstood = (statement: Statement) =>
        isGiven(image, statement) || (statements.includes(statement) && isDerivation(image, statement))
    const isElsewhere = (statement: Statement) => namesPrototypes(statement) && !isUnderstood(statement)
    return image.functions.some(f => f.statements.some(isElsewhere)) ? undefined : classes
}

/** The compiler gives classes their methods and bases first, in a function of its own that may have become a part of the first one. */
function beginningOf(image: Image): { giver: ImageFunction; statements: Statement[] } {
    const [main] = image.functions
    const [{ op, args }] = main.statements
    const giver = op === Op.call0 && args[0].op === Op.staticFunction ? image.functions[args[0].number] : main
    const end = giver.statements.findIndex(it => it.op !== Op.indexSet && !isDerivation(image, it))
    return { giver, statements: giver.statements.slice(0, end) }
}

/** `C.prototype["name"] := value`; C may be one of the runtime's. */
const isGiven = (image: Image, { op, args: [object, ...rest] }: Statement): boolean =>
    op === Op.indexSet &&
    (isPrototype(image, object) || isOfRuntime(object)) &&
    rest.every(it => isConstant(it) && !namesPrototypes(it))

/** `Object.setPrototypeOf(D.prototype, C.prototype)`; C may be one of the runtime's. */
const isDerivation = (image: Image, { op, args: [called, derived, base] }: Statement): boolean =>
    op === Op.call2 &&
    called.op === Op.objectField &&
    called.number === SET_PROTOTYPE_OF &&
    isPrototype(image, derived) &&
    (isPrototype(image, base) || base.op === Op.builtinObject)

const isOfRuntime = ({ op, number, args }: Expression): boolean =>
    op === Op.builtinField && number === PROTOTYPE && args[0].op === Op.builtinObject

const isPrototype = ({ functions }: Image, { op, number, args }: Expression): boolean =>
    op === Op.builtinField &&
    number === PROTOTYPE &&
    args[0].op === Op.staticFunction &&
    (functions[args[0].number].flags & FunctionFlag.constructs) !== 0

const NAMING = [Op.builtinField, Op.objectField, Op.staticBuiltinString]

function namesPrototypes(expression: Expression): boolean {
    let found = false
    walk(expression, ({ op, number }) => {
        if (NAMING.includes(op) && (number === PROTOTYPE || number === SET_PROTOTYPE_OF)) found = true
    })
    return found
}

interface Call {
    caller: ImageFunction
    call: Statement
}

interface Uses {
    /** Calls of a method of the caller's first local, by the method's name. */
    calls: Map<string, Call[]>
    /** Names that stand anywhere else, but for giving one method. */
    elsewhere: Set<string>
}

function usesOf(image: Image, methods: readonly Method[]): Uses {
    const nameOf = namer(image)
    const { ascii } = readStrings(image.tables)
    const calls = new Map<string, Call[]>()
    const elsewhere = new Set([...namesOfSpecifications(image)].map(string => String(ascii[string])))
    // One for each name: where there are more, the others name it elsewhere.
    const giving = new Set(new Map(methods.map(({ name, statement }) => [name, statement])).values())
    for (const caller of image.functions)
        for (const call of caller.statements) {
            if (giving.has(call)) continue
            const [called] = call.args
            const name =
                isCall(call.op) && isField(called) && isLocal(called.args[0], THIS) ? nameOf(called) : undefined
            if (name !== undefined) calls.set(name, [...(calls.get(name) ?? []), { caller, call }])
            walk(call, expression => {
                const other = nameOf(expression)
                if (other !== undefined && (name === undefined || expression !== called)) elsewhere.add(other)
            })
        }
    return { calls, elsewhere }
}

const isField = ({ op }: Expression): boolean => op === Op.asciiField || op === Op.utf8Field

/** @returns the program's own name that an expression has in it; undefined for the runtime's, and where there is none */
function namer({ tables }: Image): (expression: Expression) => string | undefined {
    const { ascii, utf8 } = readStrings(tables)
    return ({ op, number }) => {
        if (op === Op.asciiField || op === Op.staticAsciiString) return String(ascii[number])
        if (op === Op.utf8Field || op === Op.staticUtf8String) return textOf(utf8[number])
        return undefined
    }
}

/** Of `devs_utf8_string_t` (string-section.ts). */
function textOf(string: Buffer): string {
    return string.subarray(string.length - string.readUInt16LE(0)).toString()
}

/** @returns the class of which a function is a method, by the functions that are nothing else and keep their `this` */
function ownersOf({ functions }: Image, methods: readonly Method[]): Map<ImageFunction, number> {
    const references = new Map<number, number>()
    for (const f of functions)
        forEachReference(f, ({ number }) => {
            references.set(number, (references.get(number) ?? 0) + 1)
        })
    const isMethodAlone = ({ called }: Method) =>
        references.get(called) === 1 &&
        (functions[called].flags & FunctionFlag.needsThis) !== 0 &&
        keepsThis(functions, called)
    return new Map(methods.filter(isMethodAlone).map(({ owner, called }) => [functions[called], owner]))
}

function keepsThis(functions: readonly ImageFunction[], method: number): boolean {
    let keeps = !functions[method].statements.some(statement => isStoreOf(statement, THIS))
    const closures = new Set([method])
    for (const at of closures)
        walkFunction(functions[at], ({ op, number }) => {
            if (op === Op.makeClosure) closures.add(number)
            if (op === Op.storeClosure && number === THIS) keeps = false
        })
    return keeps
}

function isOrDerives(of: number | undefined, owner: number, bases: ReadonlyMap<number, number>): boolean {
    const classes = new Set([of])
    for (const at of classes) if (at !== undefined) classes.add(bases.get(at))
    return classes.has(owner)
}
