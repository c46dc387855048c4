/** Each pass on functions by hand: what it has to find, and what looks like it and has to stay. */
import { describe, expect, test } from "vitest"
import { capturedSlots } from "../../../src/host/image/analysis/captured"
import { FunctionFlag, type ImageFunction } from "../../../src/host/image/format/code"
import type { Image } from "../../../src/host/image/format/image"
import { readStrings, utf8StringOf } from "../../../src/host/image/format/string-section"
import { conditions } from "../../../src/host/image/passes/conditions"
import { constants } from "../../../src/host/image/passes/constants"
import { copies } from "../../../src/host/image/passes/copies"
import { deadFunctions } from "../../../src/host/image/passes/dead-functions"
import { deadStores } from "../../../src/host/image/passes/dead-stores"
import { identicalFunctions } from "../../../src/host/image/passes/identical-functions"
import { indexOrder } from "../../../src/host/image/passes/index-order"
import { jumps } from "../../../src/host/image/passes/jumps"
import type { FunctionPass } from "../../../src/host/image/passes/pass"
import { registrationsApart, registrationsTogether } from "../../../src/host/image/passes/registrations"
import { returns } from "../../../src/host/image/passes/returns"
import { sharedSlots } from "../../../src/host/image/passes/shared-slots"
import { shortJumps } from "../../../src/host/image/passes/short-jumps"
import { unusedSlots } from "../../../src/host/image/passes/slots"
import { stringTables } from "../../../src/host/image/passes/string-tables"
import { temporaries } from "../../../src/host/image/passes/temporaries"
import { unreachable } from "../../../src/host/image/passes/unreachable"
import { unusedClasses } from "../../../src/host/image/passes/unused-classes"
import { assemble, call, get, int, type Line, op, set, text, to, undef } from "./assembly"

const RETURN = op("return", undef)
const PROTOTYPE = 52

function rewritten(
    pass: FunctionPass,
    lines: Line[],
    captured: number[] = [],
    about: Partial<ImageFunction> = {},
): string[] {
    const f = assemble(lines, about)
    const changed = pass(f, { captured: new Set(captured) })
    const result = text(f)
    expect(changed).toBe(JSON.stringify(result) !== JSON.stringify(text(assemble(lines))))
    return result
}

const untouched = (pass: FunctionPass, lines: Line[], captured: number[] = [], about: Partial<ImageFunction> = {}) =>
    expect(rewritten(pass, lines, captured, about)).toEqual(text(assemble(lines)))

function imageOf(functions: ImageFunction[], ascii: string[] = [], globals = 0): Image {
    const header = Buffer.alloc(32)
    header.writeUInt16LE(globals, 12)
    const offsets = Buffer.alloc(2 * ascii.length)
    let at = 0
    ascii.forEach((string, i) => {
        offsets.writeUInt16LE(at, 2 * i)
        at += string.length + 1
    })
    const none = Buffer.alloc(0)
    const strings = Buffer.from(`${ascii.join("\0")}\0`)
    const tables = {
        floats: none,
        roles: none,
        ascii: offsets,
        utf8: none,
        buffers: none,
        strings,
        specifications: none,
        configuration: none,
    }
    return { header, functions, tables }
}

describe("short jumps", () => {
    test("take the 3 bytes off that the compiler reserved", () => {
        const f = assemble([to(1, op("jmp")), RETURN])
        f.statements[0].distanceBytes = 3
        expect(shortJumps(f, { captured: new Set() })).toBe(true)
        expect(f.statements[0].distanceBytes).toBeUndefined()
        expect(shortJumps(f, { captured: new Set() })).toBe(false)
    })
})

describe("constants", () => {
    test("are computed", () =>
        expect(rewritten(constants, [op("return", op("add", int(40), op("mul", int(-1), op("neg", int(2)))))])).toEqual(
            ["return(literal[42])"],
        ))
    test("stay where the result is no int32, or is longer", () => {
        untouched(constants, [op("return", op("add", int(2 ** 31 - 1), int(1)))])
        untouched(constants, [op("return", op("neg", int(-(2 ** 31))))])
        untouched(constants, [op("return", op("shiftLeft", int(1), int(20)))])
    })
})

describe("conditions", () => {
    test("lose what makes booleans of them, and negated comparisons", () =>
        expect(
            rewritten(conditions, [
                to(2, op("jmpZ", op("not", op("not", get(0))))),
                to(2, op("jmpZ", op("not", op("eq", get(0), get(1))))),
                op("return", op("not", op("ne", get(0), get(1)))),
            ]),
        ).toEqual([
            "jmpZ(loadLocal[0]) -> 2",
            "jmpZ(ne(loadLocal[0], loadLocal[1])) -> 2",
            "return(eq(loadLocal[0], loadLocal[1]))",
        ]))
    test("ask for undefined in one byte, not for null", () =>
        expect(
            rewritten(conditions, [
                to(2, op("jmpZ", op("not", op("ne", get(0), undef)))),
                op("storeGlobal", 0, op("eq", get(0), undef)),
                op("return", op("eq", get(0), op("null"))),
            ]),
        ).toEqual([
            "jmpZ(isUndefined(loadLocal[0])) -> 2",
            "storeGlobal[0](isUndefined(loadLocal[0]))",
            "return(eq(loadLocal[0], null))",
        ]))
    test("stay where NaN makes a difference, and where the boolean is the value", () => {
        untouched(conditions, [to(1, op("jmpZ", op("not", op("lt", get(0), get(1))))), RETURN])
        untouched(conditions, [op("return", op("toBool", get(0)))])
    })
})

describe("jumps", () => {
    test("lead where the jump that they lead to leads", () =>
        expect(
            rewritten(jumps, [to(2, op("jmpZ", get(0))), call(1), to(4, op("jmp")), call(2), call(3), RETURN]),
        ).toEqual([
            "jmpZ(loadLocal[0]) -> 4",
            "call0(staticFunction[1])",
            "jmp -> 4",
            "call0(staticFunction[2])",
            "call0(staticFunction[3])",
            "return(undefined)",
        ]))
    test("know a condition that they have just seen", () =>
        expect(
            rewritten(jumps, [
                to(2, op("jmpZ", op("not", get(0)))),
                call(1),
                to(4, op("jmpZ", get(0))),
                call(2),
                call(3),
                RETURN,
            ])[0],
        ).toBe("jmpZ(not(loadLocal[0])) -> 3"))
    test("go where there is nothing between them and their target", () =>
        expect(rewritten(jumps, [to(1, op("jmp")), call(1), RETURN])).toEqual([
            "call0(staticFunction[1])",
            "return(undefined)",
        ]))
    test("turn a condition around rather than jump around a jump", () =>
        expect(
            rewritten(jumps, [
                to(2, op("jmpZ", op("eq", get(0), get(1)))),
                to(3, op("jmp")),
                call(1),
                call(2),
                RETURN,
            ])[0],
        ).toBe("jmpZ(not(eq(loadLocal[0], loadLocal[1]))) -> 2"))
    test("stay where the opposite condition would take an operation more", () =>
        untouched(jumps, [to(2, op("jmpZ", get(0))), to(3, op("jmp")), call(1), call(2), RETURN]))
    test("stay where the second condition may say something else", () =>
        untouched(jumps, [
            to(2, op("jmpZ", op("asciiField", 0, get(0)))),
            call(1),
            to(4, op("jmpZ", op("asciiField", 0, get(0)))),
            call(2),
            call(3),
            RETURN,
        ]))
})

describe("returns", () => {
    test("take the value itself, not the local that it was stored in", () =>
        expect(
            rewritten(returns, [
                to(3, op("jmpZ", get(0))),
                set(1, int(5)),
                to(4, op("jmp")),
                set(1, get(0)),
                op("return", get(1)),
            ]),
        ).toEqual([
            "jmpZ(loadLocal[0]) -> 3",
            "return(literal[5])",
            "jmp -> 4",
            "return(loadLocal[0])",
            "return(loadLocal[1])",
        ]))
    test("that are the same as one further on are led to", () =>
        expect(
            rewritten(returns, [
                to(2, op("jmpZ", op("ne", get(0), get(1)))),
                RETURN,
                op("storeGlobal", 0, get(0)),
                RETURN,
            ]),
        ).toEqual([
            "jmpZ(not(ne(loadLocal[0], loadLocal[1]))) -> 2",
            "storeGlobal[0](loadLocal[0])",
            "return(undefined)",
        ]))
    test("are led to from wherever the one that goes was", () =>
        expect(
            rewritten(returns, [
                to(2, op("jmpZ", get(0))),
                to(3, op("jmpZ", op("not", get(1)))),
                RETURN,
                op("storeGlobal", 0, get(0)),
                RETURN,
            ]),
        ).toEqual([
            "jmpZ(loadLocal[0]) -> 3",
            "jmpZ(not(not(loadLocal[1]))) -> 3",
            "storeGlobal[0](loadLocal[0])",
            "return(undefined)",
        ]))
    test("stay where a closure reads the local, where another one is returned, and where something is caught", () => {
        untouched(returns, [set(1, int(5)), op("return", get(1))], [1])
        untouched(returns, [set(1, int(5)), op("return", get(0))])
        untouched(returns, [to(3, op("try")), set(1, int(5)), op("return", get(1)), op("catch"), RETURN])
    })
    test("stay where the opposite of the condition takes an operation more, and where none is the same further on", () => {
        untouched(returns, [to(2, op("jmpZ", op("lt", get(0), get(1)))), RETURN, op("storeGlobal", 0, get(0)), RETURN])
        untouched(returns, [to(2, op("jmpZ", op("not", get(0)))), RETURN, op("return", int(1))])
    })
})

describe("unreachable statements", () => {
    test("go", () =>
        expect(rewritten(unreachable, [to(2, op("jmp")), call(1), RETURN, call(2)])).toEqual([
            "jmp -> 1",
            "return(undefined)",
        ]))
    test("stay where an exception leads to them, and behind a throw of undefined again", () => {
        untouched(unreachable, [to(3, op("try")), to(2, op("endTry")), RETURN, op("catch"), RETURN])
        untouched(unreachable, [op("reThrow", get(0)), RETURN])
    })
})

describe("copies", () => {
    test("are read where they come from, constants too", () =>
        expect(
            rewritten(copies, [set(2, get(0)), set(3, int(5)), op("return", op("add", get(2), get(3)))], [], {
                parameters: 2,
            }),
        ).toEqual([
            "storeLocal[2](loadLocal[0])",
            "storeLocal[3](literal[5])",
            "return(add(loadLocal[0], literal[5]))",
        ]))
    test("are not stored twice; a fresh local is undefined", () =>
        expect(
            rewritten(copies, [set(2, undef), set(3, get(0)), set(3, get(0)), RETURN], [], { parameters: 2 }),
        ).toEqual(["storeLocal[3](loadLocal[0])", "return(undefined)"]))
    test("are read from the last call's result while it lasts", () =>
        expect(
            rewritten(
                copies,
                [
                    call(1),
                    set(2, op("retVal")),
                    op("storeGlobal", 0, get(2)),
                    op("indexSet", get(0), int(0), get(2)),
                    call(2, get(2)),
                    op("return", get(2)),
                ],
                [],
                { parameters: 2 },
            ),
        ).toEqual([
            "call0(staticFunction[1])",
            "storeLocal[2](retVal)",
            "storeGlobal[0](retVal)",
            "indexSet(loadLocal[0], literal[0], retVal)",
            "call1(staticFunction[2], retVal)",
            "return(loadLocal[2])",
        ]))
    test.each<[string, Line[], number[]]>([
        ["there may be another result", [set(2, op("retVal")), to(0, op("jmpRetValZ")), op("return", get(2))], []],
        ["a closure may have written to it", [set(2, op("retVal")), op("return", get(2))], [2]],
        ["the original changes", [set(2, get(0)), set(0, int(1)), op("return", get(2))], []],
        [
            "a way leads there on which they are none",
            [to(2, op("jmpZ", get(1))), set(2, get(0)), op("return", get(2))],
            [],
        ],
        [
            "a loop changes the original",
            [set(2, get(0)), op("storeGlobal", 0, get(2)), set(0, get(1)), to(1, op("jmp"))],
            [],
        ],
        ["a closure may write to the original", [set(2, get(0)), call(1), op("return", get(2))], [0]],
        ["a closure may write to the copy", [set(2, get(0)), call(1), op("return", get(2))], [2]],
        [
            "an exception comes from before they were made",
            [to(3, op("try")), set(2, get(0)), to(4, op("endTry")), op("catch"), op("return", get(2))],
            [],
        ],
    ])("stay where %s", (_, lines, captured) => untouched(copies, lines, captured, { parameters: 2 }))
})

describe("dead stores", () => {
    test("go", () =>
        expect(rewritten(deadStores, [set(0, get(1)), set(0, int(2)), op("return", get(0))])).toEqual([
            "storeLocal[0](literal[2])",
            "return(loadLocal[0])",
        ]))
    test.each<[string, Line[], number[]]>([
        ["it is read in the next turn of a loop", [op("storeGlobal", 0, get(0)), set(0, get(1)), to(0, op("jmp"))], []],
        ["a closure reads it", [set(0, get(1)), call(1), RETURN], [0]],
        [
            "a handler reads it",
            [to(4, op("try")), set(0, get(1)), call(1), to(5, op("endTry")), op("catch"), op("return", get(0))],
            [],
        ],
        ["the value may throw", [set(0, op("asciiField", 0, get(1))), RETURN], []],
        ["it lets go of what the local held", [set(0, undef), call(1), RETURN], []],
    ])("stay where %s", (_, lines, captured) => untouched(deadStores, lines, captured))
})

describe("temporaries", () => {
    const field = op("asciiField", 0, get(1))
    test("are computed where they are read", () =>
        expect(rewritten(temporaries, [set(0, field), set(2, int(7)), { ...call(9, get(0), get(2)) }, RETURN])).toEqual(
            ["call2(staticFunction[9], asciiField[0](loadLocal[1]), literal[7])", "return(undefined)"],
        ))
    test("pass a call if it cannot touch what they read", () =>
        expect(rewritten(temporaries, [set(0, op("sub", get(1), int(1))), call(2), op("return", get(0))])).toEqual([
            "call0(staticFunction[2])",
            "return(sub(loadLocal[1], literal[1]))",
        ]))
    test.each<[string, Line[], number[]]>([
        ["a call may change what they read", [set(0, field), call(2), op("return", get(0))], []],
        ["a call may change a local that they read", [set(0, op("not", get(1))), call(2), op("return", get(0))], [1]],
        ["a call gives another result", [set(0, op("retVal")), call(2), op("return", get(0))], []],
        [
            "a store changes what they read",
            [set(0, op("not", get(1))), set(1, int(3)), op("return", op("sub", get(0), op("sub", get(1), get(1))))],
            [],
        ],
        [
            "memory is written in between",
            [set(0, field), op("indexSet", get(1), int(0), get(2)), op("return", get(0))],
            [],
        ],
        [
            "something else would fail first",
            [set(0, field), op("return", op("sub", op("index", get(2), int(0)), get(0)))],
            [],
        ],
        ["they are read twice", [set(0, field), op("return", op("sub", get(0), get(0)))], []],
        ["they are read later, too", [set(0, field), op("storeGlobal", 0, get(0)), op("return", get(0))], []],
        ["another way leads to the read", [set(0, field), call(3, get(0)), to(1, op("jmpZ", get(2))), RETURN], []],
        [
            "a handler reads them",
            [to(4, op("try")), set(0, field), call(3, get(0)), to(5, op("endTry")), op("catch"), op("return", get(0))],
            [],
        ],
    ])("stay where %s", (_, lines, captured) => untouched(temporaries, lines, captured))
    test("stay where the stack has no room for them", () => {
        const deep = (levels: number, end: ReturnType<typeof get>): ReturnType<typeof get> =>
            levels === 0 ? end : op("sub", get(1), deep(levels - 1, end))
        untouched(temporaries, [set(0, deep(9, get(1))), op("return", deep(9, get(0)))])
        expect(rewritten(temporaries, [set(0, deep(4, get(1))), op("return", deep(4, get(0)))])).toHaveLength(1)
    })
})

describe("shared slots", () => {
    test("are those of a local and its copy, if they never hold two values", () => {
        const f = [call(1), set(2, op("retVal")), set(3, get(2)), to(4, op("jmpZ", get(0))), op("return", get(3))]
        expect(rewritten(sharedSlots, f, [], { parameters: 1 })).toEqual([
            "call0(staticFunction[1])",
            "storeLocal[2](retVal)",
            "jmpZ(loadLocal[0]) -> 3",
            "return(loadLocal[2])",
        ])
    })
    test.each<[string, Line[], number[], number]>([
        [
            "the original is changed and both are read",
            [set(2, get(0)), set(0, int(1)), op("return", op("sub", get(2), get(0)))],
            [],
            1,
        ],
        [
            "the copy is changed and both are read",
            [set(2, get(0)), set(2, int(1)), op("return", op("sub", get(2), get(0)))],
            [],
            1,
        ],
        [
            "one is read as it was at the beginning",
            [to(2, op("jmpZ", get(1))), set(2, get(0)), op("return", get(2))],
            [],
            2,
        ],
        ["a closure reaches one", [set(2, get(0)), op("return", get(2))], [0], 1],
        [
            "a handler reads one",
            [to(4, op("try")), set(2, get(0)), set(0, get(1)), to(5, op("endTry")), op("catch"), op("return", get(2))],
            [],
            2,
        ],
    ])("stay two where %s", (_, lines, captured, parameters) => untouched(sharedSlots, lines, captured, { parameters }))
})

describe("unused slots", () => {
    test("close up behind the parameters", () => {
        const f = assemble([set(5, get(3)), op("return", get(5))], { slots: 7, parameters: 2 })
        expect(unusedSlots(f, { captured: new Set() })).toBe(true)
        expect(text(f)).toEqual(["storeLocal[3](loadLocal[2])", "return(loadLocal[3])"])
        expect(f.slots).toBe(4)
    })
    test("stay where closures count on them", () =>
        untouched(unusedSlots, [set(5, get(3)), RETURN], [5], { slots: 7, parameters: 2 }))
})

describe("locals that closures reach", () => {
    test("are found through all levels; so is a constructor's object", () => {
        const outer = assemble([op("return", op("makeClosure", 1))])
        const middle = assemble([op("return", op("makeClosure", 2))], { flags: FunctionFlag.constructs })
        const inner = assemble([op("storeClosure", 4, int(2), int(1)), op("return", op("loadClosure", 3, int(1)))])
        expect(capturedSlots([outer, middle, inner]).map(slots => [...slots])).toEqual([[4], [0, 3], []])
    })
    test("are all of them where a level is not in the code", () => {
        const strange = assemble([op("return", op("loadClosure", 3, get(0)))], { slots: 2 })
        expect(capturedSlots([strange]).map(slots => [...slots])).toEqual([[0, 1]])
    })
})

describe("functions", () => {
    const calling = (...lines: Line[]) => assemble([...lines, RETURN])
    test("that nothing refers to go, and the others move up", () => {
        const image = imageOf([
            calling(call(2)),
            calling(call(2)),
            calling(op("storeGlobal", 0, op("makeClosure", 3))),
            calling(),
        ])
        expect(deadFunctions(image)).toBe(true)
        expect(image.functions.map(text)).toEqual([
            ["call0(staticFunction[1])", "return(undefined)"],
            ["storeGlobal[0](makeClosure[2])", "return(undefined)"],
            ["return(undefined)"],
        ])
        expect(deadFunctions(image)).toBe(false)
    })
    test("that are the same serve each other's callers, unless they are values somewhere", () => {
        const same = () => calling(call(1))
        const image = imageOf([
            calling(call(1), call(2), op("storeGlobal", 0, op("staticFunction", 3)), call(3)),
            same(),
            same(),
            same(),
        ])
        expect(identicalFunctions(image)).toBe(true)
        expect(text(image.functions[0]).slice(0, 4)).toEqual([
            "call0(staticFunction[1])",
            "call0(staticFunction[1])",
            "storeGlobal[0](staticFunction[3])",
            "call0(staticFunction[3])",
        ])
    })
    test("that differ in where they jump are not the same", () => {
        const jumping = (line: number) => assemble([to(line, op("jmpZ", get(0))), call(1), RETURN])
        expect(identicalFunctions(imageOf([calling(call(1), call(2)), jumping(1), jumping(2)]))).toBe(false)
    })
})

describe("unused classes", () => {
    const method = (owner: number): Line =>
        op(
            "indexSet",
            op("builtinField", PROTOTYPE, op("staticFunction", owner)),
            op("staticAsciiString", 0),
            op("staticFunction", 3),
        )
    const constructs = { flags: FunctionFlag.constructs | FunctionFlag.needsThis }
    test("lose their methods; those that are made keep them", () => {
        const main = assemble([method(1), method(2), op("call0", op("new", op("staticFunction", 2))), RETURN])
        const image = imageOf([
            main,
            assemble([RETURN], constructs),
            assemble([RETURN], constructs),
            assemble([RETURN]),
        ])
        expect(unusedClasses(image)).toBe(true)
        expect(text(main)[0]).toContain("staticFunction[2]")
        expect(main.statements).toHaveLength(3)
    })
    test("are constructors: asking another function for its prototype throws", () => {
        const image = imageOf([
            assemble([method(1), RETURN]),
            assemble([RETURN]),
            assemble([RETURN]),
            assemble([RETURN]),
        ])
        expect(unusedClasses(image)).toBe(false)
    })
    test("go with globals that nobody reads, unless their value may throw", () => {
        const main = assemble([op("storeGlobal", 0, int(1)), op("storeGlobal", 1, op("asciiField", 0, get(0))), RETURN])
        expect(unusedClasses(imageOf([main], [], 2))).toBe(true)
        expect(text(main)).toEqual(["storeGlobal[1](asciiField[0](loadLocal[0]))", "return(undefined)"])
    })
})

describe("registrations", () => {
    const method = (owner: number, name: number): Line =>
        op(
            "indexSet",
            op("builtinField", PROTOTYPE, op("staticFunction", owner)),
            op("staticAsciiString", name),
            op("staticFunction", 3),
        )
    const lines = [method(1, 0), method(1, 1), method(2, 0), method(1, 2), RETURN]
    test("of one class name it once, and can be taken apart again", () => {
        const image = imageOf([assemble(lines)])
        expect(registrationsTogether(image)).toBe(true)
        expect(text(image.functions[0])).toEqual([
            "storeRetVal(builtinField[52](staticFunction[1]))",
            "indexSet(retVal, staticAsciiString[0], staticFunction[3])",
            "indexSet(retVal, staticAsciiString[1], staticFunction[3])",
            ...text(assemble(lines)).slice(2),
        ])
        expect(registrationsTogether(image)).toBe(false)
        expect(registrationsApart(image)).toBe(true)
        expect(text(image.functions[0])).toEqual(text(assemble(lines)))
    })
    test("stay where a result is read, or a jump comes in between", () => {
        const reads = imageOf([assemble([method(1, 0), method(1, 1), op("return", op("retVal"))])])
        expect(registrationsTogether(reads)).toBe(false)
        const jumped = imageOf([assemble([to(2, op("jmpZ", get(0))), method(1, 0), method(1, 1), RETURN])])
        expect(registrationsTogether(jumped)).toBe(false)
        const set = op("storeRetVal", op("builtinField", PROTOTYPE, op("staticFunction", 1)))
        const other = [set, op("indexSet", op("retVal"), int(0), int(1)), op("return", op("retVal"))]
        expect(registrationsApart(imageOf([assemble(other)]))).toBe(false)
    })
})

describe("string tables", () => {
    const names = Array.from({ length: 252 }, (_, i) => `name${i}`)
    const read = (string: number) => op("storeGlobal", 0, op("asciiField", string, get(0)))
    const twice = (strings: number[]) => strings.flatMap(string => [read(string), read(string)])
    test("take the strings that come behind the most used, and leave out what nothing names", () => {
        const lines = [...twice([...names.keys()].slice(3, 251)), read(1), read(2), RETURN]
        const image = imageOf([assemble(lines, { name: (2 << 14) | 1 })], names, 1)
        expect(stringTables(image)).toBe(true)
        const { ascii, utf8 } = readStrings(image.tables)
        expect(utf8.map(string => string.subarray(4).toString())).toEqual(["name1", "name2"])
        expect(ascii.map(String)).toEqual(names.slice(3, 251))
        expect(image.functions[0].name).toBe(3 << 14)
        expect(text(image.functions[0]).slice(-3)).toEqual([
            "storeGlobal[0](utf8Field[0](loadLocal[0]))",
            "storeGlobal[0](utf8Field[1](loadLocal[0]))",
            "return(undefined)",
        ])
        expect(text(image.functions[0])[0]).toBe("storeGlobal[0](asciiField[0](loadLocal[0]))")
        expect(stringTables(image)).toBe(false)
    })
    test("say where every 16th character of a string lies", () => {
        expect(
            utf8StringOf(Buffer.from("x".repeat(35)))
                .subarray(0, 8)
                .toString("hex"),
        ).toBe("2300230010002000")
        expect(utf8StringOf(Buffer.from("x".repeat(15))).length).toBe(19)
    })
    test("stay where there is room for all", () =>
        expect(stringTables(imageOf([assemble([read(0), read(1), RETURN])], ["a", "b"], 1))).toBe(false))
})

describe("index order", () => {
    test("puts first what is named most, functions, globals and strings, and renames what refers to them", () => {
        const name = (2 << 14) | 0
        const main = assemble([call(1), call(2), call(2), op("storeGlobal", 1, op("staticAsciiString", 1)), RETURN])
        const image = imageOf([main, assemble([RETURN], { name }), assemble([call(0), RETURN])], ["one", "two"], 2)
        expect(indexOrder(image)).toBe(true)
        expect(text(main)).toEqual([
            "call0(staticFunction[2])",
            "call0(staticFunction[1])",
            "call0(staticFunction[1])",
            "storeGlobal[0](staticAsciiString[0])",
            "return(undefined)",
        ])
        expect(image.functions[2].name).toBe((2 << 14) | 1)
        expect([image.tables.ascii.readUInt16LE(0), image.tables.ascii.readUInt16LE(2)]).toEqual([4, 0])
        expect(indexOrder(image)).toBe(false)
    })
})
