/** Each pass on functions by hand: what it has to find, and what looks like it and has to stay. */
import { describe, expect, test } from "vitest"
import { capturedSlots } from "../../../src/host/image/analysis/captured"
import { FunctionFlag, type ImageFunction } from "../../../src/host/image/format/code"
import type { Image } from "../../../src/host/image/format/image"
import { readStrings, utf8StringOf, writeStrings } from "../../../src/host/image/format/string-section"
import { branches } from "../../../src/host/image/passes/branches"
import { conditions } from "../../../src/host/image/passes/conditions"
import { constants } from "../../../src/host/image/passes/constants"
import { constructors } from "../../../src/host/image/passes/constructors"
import { copies } from "../../../src/host/image/passes/copies"
import { deadFunctions } from "../../../src/host/image/passes/dead-functions"
import { deadStores } from "../../../src/host/image/passes/dead-stores"
import { identicalFunctions } from "../../../src/host/image/passes/identical-functions"
import { indexOrder } from "../../../src/host/image/passes/index-order"
import { jumps } from "../../../src/host/image/passes/jumps"
import { lettingGo } from "../../../src/host/image/passes/letting-go"
import { methods } from "../../../src/host/image/passes/methods"
import { natives } from "../../../src/host/image/passes/natives"
import { packedSlots } from "../../../src/host/image/passes/packed-slots"
import { MAX_STATEMENTS, parts } from "../../../src/host/image/passes/parts"
import type { FunctionPass } from "../../../src/host/image/passes/pass"
import { registrationsApart, registrationsTogether } from "../../../src/host/image/passes/registrations"
import { results } from "../../../src/host/image/passes/results"
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
    test("of what was compared are true or false behind a jump on it", () => {
        const lines = [
            set(0, op("lt", get(1), int(2))),
            to(3, op("jmpZ", get(0))),
            op("return", get(0)),
            op("return", get(0)),
        ]
        expect(rewritten(copies, lines, [], { parameters: 2 }).slice(2)).toEqual(["return(true)", "return(false)"])
        lines[1] = to(3, op("jmpZ", op("not", get(0))))
        expect(rewritten(copies, lines, [], { parameters: 2 }).slice(2)).toEqual(["return(false)", "return(true)"])
        untouched(copies, [set(0, op("index", get(1), int(2))), ...lines.slice(1)], [], { parameters: 2 })
        untouched(copies, lines, [0], { parameters: 2 })
        untouched(copies, [lines[0], to(2, op("jmpZ", get(0))), op("return", get(0))], [], { parameters: 2 })
        untouched(
            copies,
            [...lines.slice(0, 3), to(1, op("jmpZ", get(1))), lines[3]].toSpliced(1, 1, to(4, op("jmpZ", get(0)))),
            [],
            { parameters: 2 },
        )
    })
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
        [
            "it lets go of an object by another one",
            [set(0, op("loadGlobal", 1)), call(1, get(0)), set(0, get(1)), RETURN],
            [],
        ],
    ])("stay where %s", (_, lines, captured) => untouched(deadStores, lines, captured))
})

describe("letting go", () => {
    test("takes undefined, whatever nobody reads was stored for it", () =>
        expect(
            rewritten(lettingGo, [set(0, op("loadGlobal", 1)), call(1, get(0)), set(0, get(1)), call(1), RETURN]),
        ).toEqual([
            "storeLocal[0](loadGlobal[1])",
            "call1(staticFunction[1], loadLocal[0])",
            "storeLocal[0](undefined)",
            "call0(staticFunction[1])",
            "return(undefined)",
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
        ["the value is as short", [set(0, op("null")), RETURN], []],
    ])("leaves what is stored where %s", (_, lines, captured) => untouched(lettingGo, lines, captured))
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

describe("methods", () => {
    const [GIVER, BASE, DERIVED, OWN, CALLER, OF_DERIVED, OTHER] = [1, 2, 3, 4, 5, 6, 7]
    const NAMES = ["own", "caller", "ofDerived", "other"]
    const UTF8_OWN = 0
    const METHOD = { flags: FunctionFlag.needsThis, parameters: 2 }
    const CLASS = { flags: FunctionFlag.needsThis | FunctionFlag.constructs, parameters: 1 }
    const prototype = (owner: number) => op("builtinField", PROTOTYPE, op("staticFunction", owner))
    const given = (owner: number, name: number, called: number): Line =>
        op("indexSet", prototype(owner), op("staticAsciiString", name), op("staticFunction", called))
    const setPrototypeOf = op("objectField", 121)
    const derives = (of: ReturnType<typeof op>, base: ReturnType<typeof op>) => op("call2", setPrototypeOf, of, base)
    const own = (object = get(0), ...values: ReturnType<typeof op>[]): Line =>
        op(values.length === 0 ? "call0" : "call1", op("asciiField", 0, object), ...values)
    const calls = [own(get(0), get(1)), RETURN]
    const GIVEN = [given(BASE, 0, OWN), given(BASE, 1, CALLER), given(DERIVED, 2, OF_DERIVED)]
    const DERIVES = derives(prototype(DERIVED), prototype(BASE))

    /** @returns the function that calls, or false */
    const done = ({
        main = [] as Line[],
        beginning = [...GIVEN, DERIVES] as Line[],
        own = [RETURN] as Line[],
        caller = calls,
        ofDerived = [RETURN] as Line[],
        other = [RETURN] as Line[],
        about = {} as Partial<ImageFunction>,
        base = CLASS,
        prepare = (_: Image) => {},
    }) => {
        const functions = [
            assemble([call(GIVER), op("storeGlobal", 0, op("staticFunction", DERIVED)), ...main, RETURN]),
            assemble([...beginning, RETURN]),
            assemble([RETURN], base),
            assemble([RETURN], CLASS),
            assemble(own, { ...METHOD, ...about }),
            assemble(caller, METHOD),
            assemble(ofDerived, METHOD),
            assemble(other, { parameters: 1 }),
        ]
        const image = imageOf(functions, NAMES)
        prepare(image)
        const before = functions.map(text)
        const changed = methods(image)
        if (!changed) expect(functions.map(text)).toEqual(before)
        return changed && { caller: text(functions[CALLER]), giver: text(functions[GIVER]), image }
    }

    test("that are called of `this` alone become functions, with it in front", () => {
        const result = done({ ofDerived: [own(), RETURN] })
        if (result === false) throw new Error("nothing was found")
        expect(result.caller).toEqual(["call2(staticFunction[4], loadLocal[0], loadLocal[1])", "return(undefined)"])
        expect(text(result.image.functions[OF_DERIVED])[0]).toBe("call1(staticFunction[4], loadLocal[0])")
        expect(result.giver).toEqual(text(assemble([...GIVEN.slice(1), DERIVES, RETURN])))
        expect(result.image.functions.map(({ flags }) => flags)).toEqual([0, 0, 3, 3, 0, 1, 1, 0])
        expect(methods(result.image)).toBe(false)
    })
    test("are found where the function that gives them has become a part, and where runtime's classes are given some", () => {
        const toBuffers = op(
            "indexSet",
            op("builtinField", PROTOTYPE, op("builtinObject", 5)),
            op("staticAsciiString", 3),
            op("makeClosure", OTHER),
        )
        const ofErrors = derives(prototype(BASE), op("builtinObject", 28))
        const prepare = ({ functions }: Image) =>
            functions[0].statements.splice(0, 1, ...functions[GIVER].statements.splice(0, 6))
        expect(done({ beginning: [toBuffers, ...GIVEN, DERIVES, ofErrors], prepare })).not.toBe(false)
    })
    test("are found that call themselves, and each other", () =>
        expect(done({ own: [own(), RETURN], caller: [own(), RETURN] })).not.toBe(false))
    test("stay where another object may be called of, which may not be there", () => {
        expect(done({})).not.toBe(false)
        expect(done({ caller: [own(get(1)), RETURN] })).toBe(false)
        expect(done({ main: [own(get(0))] })).toBe(false)
        expect(done({ caller: [RETURN], other: [own(get(0)), RETURN] })).toBe(false)
        expect(done({ caller: [set(0, get(1)), ...calls] })).toBe(false)
        const closure = [op("storeClosure", 0, int(1), undef), RETURN]
        expect(done({ caller: [op("storeGlobal", 0, op("makeClosure", OTHER)), ...calls], other: closure })).toBe(false)
        expect(
            done({ caller: [RETURN], other: [op("call0", op("asciiField", 0, op("loadClosure", 0, int(1)))), RETURN] }),
        ).toBe(false)
        expect(done({ prepare: ({ functions }) => Object.assign(functions[CALLER], { flags: 0 }) })).toBe(false)
        expect(done({ main: [call(CALLER, get(0))] })).toBe(false)
        expect(done({ main: [op("storeGlobal", 0, op("staticFunction", OWN))] })).toBe(false)
    })
    test("stay where it is of another class: a base, or one that is no relative", () => {
        const ofDerived = [own(), RETURN]
        expect(done({ caller: [RETURN], ofDerived })).not.toBe(false)
        expect(done({ caller: [RETURN], ofDerived, beginning: GIVEN })).toBe(false)
        expect(done({ beginning: [given(DERIVED, 0, OWN), ...GIVEN.slice(1), DERIVES] })).toBe(false)
    })
    test("stay whose name two have, or code has otherwise", () => {
        expect(done({ beginning: [...GIVEN, given(DERIVED, 0, OTHER), DERIVES] })).toBe(false)
        expect(done({ beginning: [...GIVEN, given(BASE, 3, OWN), DERIVES] })).toBe(false)
        expect(done({ beginning: [...GIVEN, DERIVES, to(0, op("jmpZ", get(0))), given(BASE, 0, OTHER)] })).toBe(false)
        const name = op("staticAsciiString", 0)
        expect(done({ main: [op("storeGlobal", 0, name)] })).toBe(false)
        expect(done({ main: [op("indexSet", get(0), name, int(1))] })).toBe(false)
        expect(done({ main: [op("indexDelete", get(0), name)] })).toBe(false)
        expect(done({ main: [op("storeGlobal", 0, op("asciiField", 0, get(0)))] })).toBe(false)
        expect(done({ caller: [...calls.slice(0, 1), op("storeGlobal", 0, op("asciiField", 0, get(0)))] })).toBe(false)
        expect(done({ caller: [own(get(0), op("asciiField", 0, get(0))), RETURN] })).toBe(false)
        expect(done({ caller: [op("callArray", op("asciiField", 0, get(0)), get(1)), RETURN] })).toBe(false)
    })
    test("stay whose name is among the UTF-8 ones, too", () => {
        const prepare = (image: Image) => {
            const strings = { ...readStrings(image.tables), utf8: [utf8StringOf(Buffer.from("own"))] }
            Object.assign(image.tables, writeStrings(strings))
        }
        expect(done({ prepare })).not.toBe(false)
        expect(done({ prepare, main: [op("storeGlobal", 0, op("utf8Field", UTF8_OWN, get(0)))] })).toBe(false)
        const inUtf8 = done({ prepare, caller: [op("call0", op("utf8Field", UTF8_OWN, get(0))), RETURN] })
        expect(inUtf8 ? inUtf8.caller[0] : undefined).toBe("call1(staticFunction[4], loadLocal[0])")
    })
    test("stay whose name a specification has", () => {
        const prepare = (named: number) => (image: Image) => {
            const specifications = Buffer.alloc(16)
            specifications.writeUInt16LE(0x8000 | named, 0)
            image.header.writeUInt16LE(1, 14)
            Object.assign(image.tables, { specifications })
        }
        expect(done({ prepare: prepare(3) })).not.toBe(false)
        expect(done({ prepare: prepare(0) })).toBe(false)
    })
    test("stay that are constructors, take the rest of what they are given, are called with 8 values, or in the deepest place", () => {
        expect(done({ about: { flags: CLASS.flags } })).toBe(false)
        expect(done({ about: { flags: METHOD.flags | FunctionFlag.hasRestArgument } })).toBe(false)
        const seven = Array.from({ length: 7 }, () => int(1))
        expect(done({ caller: [op("call7", op("asciiField", 0, get(0)), ...seven), RETURN] })).not.toBe(false)
        expect(done({ caller: [op("call8", op("asciiField", 0, get(0)), ...seven, int(1)), RETURN] })).toBe(false)
        const deep = (values: number): ReturnType<typeof op> =>
            values === 1 ? int(1) : op("add", int(1), deep(values - 1))
        expect(done({ caller: [own(get(0), deep(13)), RETURN] })).not.toBe(false)
        expect(done({ caller: [own(get(0), deep(14)), RETURN] })).toBe(false)
    })
    test("stay where they are given, or bases are, once something else has run", () => {
        expect(done({ beginning: [call(OTHER), ...GIVEN, DERIVES] })).toBe(false)
        expect(
            done({
                prepare: ({ functions }) => functions[0].statements.unshift(assemble([call(OTHER)]).statements[0]),
            }),
        ).toBe(false)
        expect(done({ beginning: [to(2, op("jmpZ", get(0))), ...GIVEN, DERIVES] })).toBe(false)
        expect(done({ beginning: GIVEN, main: [DERIVES] })).toBe(false)
        expect(done({ base: { flags: FunctionFlag.needsThis, parameters: 1 } })).toBe(false)
    })
    test("stay all where prototypes are values", () => {
        const value = (expression: ReturnType<typeof op>) => done({ main: [op("storeGlobal", 0, expression)] })
        expect(value(prototype(BASE))).toBe(false)
        expect(value(op("asciiField", 3, prototype(BASE)))).toBe(false)
        expect(value(op("builtinField", PROTOTYPE, get(0)))).toBe(false)
        expect(value(op("staticBuiltinString", PROTOTYPE))).toBe(false)
        expect(value(setPrototypeOf)).toBe(false)
        expect(value(op("builtinObject", 28))).not.toBe(false)
        expect(done({ main: [derives(get(0), get(1))] })).toBe(false)
        expect(done({ main: [op("indexSet", prototype(BASE), get(0), get(1))] })).toBe(false)
        expect(done({ main: [op("indexSet", get(0), int(0), prototype(BASE))] })).toBe(false)
        expect(done({ main: [given(BASE, 3, OTHER)] })).not.toBe(false)
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

describe("results", () => {
    test("are where a local is kept that is read before the next one comes", () =>
        expect(
            rewritten(results, [
                set(1, op("add", get(0), int(1))),
                op("storeGlobal", 0, get(1)),
                op("call1", get(1), get(1)),
                RETURN,
            ]),
        ).toEqual([
            "storeRetVal(add(loadLocal[0], literal[1]))",
            "storeGlobal[0](retVal)",
            "call1(retVal, retVal)",
            "return(undefined)",
        ]))
    test("count through a loop", () =>
        expect(
            rewritten(results, [
                set(1, int(0)),
                to(4, op("jmpZ", op("lt", get(1), int(5)))),
                set(1, op("add", get(1), int(1))),
                to(1, op("jmp")),
                op("return", get(1)),
            ]),
        ).toEqual([
            "storeRetVal(literal[0])",
            "jmpZ(lt(retVal, literal[5])) -> 4",
            "storeRetVal(add(retVal, literal[1]))",
            "jmp -> 1",
            "return(retVal)",
        ]))
    test("stay where they are on one of two ways", () =>
        expect(
            rewritten(results, [
                to(4, op("jmpZ", get(0))),
                call(3),
                set(1, op("retVal")),
                to(5, op("jmp")),
                set(1, int(0)),
                op("return", get(1)),
            ]),
        ).toEqual([
            "jmpZ(loadLocal[0]) -> 3",
            "call0(staticFunction[3])",
            "jmp -> 4",
            "storeRetVal(literal[0])",
            "return(retVal)",
        ]))
    test("are one local's at a time, that which saves most", () =>
        expect(
            rewritten(results, [
                set(1, get(0)),
                set(2, int(2)),
                op("return", op("add", get(1), op("mul", get(2), get(2)))),
            ]),
        ).toEqual([
            "storeLocal[1](loadLocal[0])",
            "storeRetVal(literal[2])",
            "return(add(loadLocal[1], mul(retVal, retVal)))",
        ]))
    test("are no place for what is read behind the next one, was there at the start, or has an own name for closures", () => {
        untouched(results, [set(1, int(2)), call(3), op("return", get(1))])
        untouched(results, [op("return", get(0))], [], { parameters: 1 })
        untouched(results, [to(2, op("jmpZ", get(0))), set(1, int(2)), op("return", get(1))])
        untouched(results, [set(1, int(2)), op("return", get(1))], [1])
    })
    test("are no place while the last one is still wanted", () => {
        untouched(results, [call(3), set(1, int(2)), op("return", op("add", op("retVal"), get(1)))])
        untouched(results, [call(3), set(1, int(2)), to(4, op("jmpZ", get(1))), RETURN, op("return", op("retVal"))])
        untouched(results, [
            call(3),
            set(1, int(2)),
            to(4, op("jmpZ", get(1))),
            RETURN,
            to(3, op("jmpRetValZ")),
            RETURN,
        ])
    })
    test("are no place for what a handler reads, or what lets go of an object", () => {
        const handled = [to(5, op("try")), set(1, int(2)), op("storeGlobal", 0, get(1)), to(4, op("endTry")), RETURN]
        untouched(results, [...handled, op("catch"), op("return", get(1))])
        const object = [set(1, op("loadGlobal", 0)), call(3), call(3, get(1))]
        untouched(results, [...object, set(1, int(2)), op("return", get(1))])
    })
})

describe("packed slots", () => {
    test("hold what is not wanted at the same time", () =>
        expect(
            rewritten(packedSlots, [set(1, get(0)), call(3, get(1)), set(2, int(2)), call(3, get(2)), RETURN], [], {
                parameters: 1,
            }),
        ).toEqual([
            "storeLocal[0](loadLocal[0])",
            "call1(staticFunction[3], loadLocal[0])",
            "storeLocal[0](literal[2])",
            "call1(staticFunction[3], loadLocal[0])",
            "return(undefined)",
        ]))
    test("stay where both are wanted, where closures reach one, and behind a `catch` that reads it", () => {
        untouched(packedSlots, [set(0, int(1)), set(1, int(2)), call(3, get(0), get(1)), RETURN])
        untouched(packedSlots, [set(0, int(1)), call(3, get(0)), set(1, int(2)), call(3, get(1)), RETURN], [0])
        untouched(packedSlots, [to(1, op("jmpZ", get(0))), call(3, get(1)), RETURN])
        const handled = [set(0, int(1)), to(5, op("try")), set(1, int(2)), call(3, get(1)), to(6, op("endTry"))]
        untouched(packedSlots, [...handled, op("catch"), op("return", get(0))])
    })
})

describe("branches", () => {
    test("that end for themselves move to the end, and their condition loses its negation", () =>
        expect(
            rewritten(branches, [
                to(3, op("jmpZ", op("not", get(0)))),
                op("storeGlobal", 0, int(1)),
                op("return", int(1)),
                to(5, op("jmpZ", get(1))),
                op("storeGlobal", 0, int(2)),
                RETURN,
            ]),
        ).toEqual([
            "jmpZ(loadLocal[0]) -> 4",
            "jmpZ(loadLocal[1]) -> 3",
            "storeGlobal[0](literal[2])",
            "return(undefined)",
            "storeGlobal[0](literal[1])",
            "return(literal[1])",
        ]))
    test("stay where they go on behind, where nothing is negated, and where the way there takes more bytes", () => {
        untouched(branches, [to(2, op("jmpZ", op("not", get(0)))), op("storeGlobal", 0, int(1)), RETURN])
        untouched(branches, [to(2, op("jmpZ", get(0))), RETURN, op("return", int(1))])
        const far = Array.from({ length: 100 }, () => op("storeGlobal", 0, int(1)))
        untouched(branches, [to(2, op("jmpZ", op("not", get(0)))), RETURN, ...far, RETURN])
        const again = op("reThrow", get(1))
        untouched(branches, [to(2, op("jmpZ", op("not", get(0)))), again, op("return", int(1))])
    })
})

describe("constructors", () => {
    const made = (made: ReturnType<typeof op>) => op("call0", op("new", made))
    test("of the image are called without `new`", () => {
        const main = assemble([made(op("staticFunction", 1)), RETURN])
        const image = imageOf([main, assemble([RETURN], { flags: FunctionFlag.constructs, parameters: 1 })])
        expect(constructors(image)).toBe(true)
        expect(text(main)[0]).toBe("call0(staticFunction[1])")
        expect(constructors(image)).toBe(false)
    })
    test("keep it where it may throw: another function, a value, one of the runtime", () => {
        const lines = [made(op("staticFunction", 1)), made(get(0)), made(op("builtinObject", 27)), RETURN]
        const main = assemble(lines)
        expect(constructors(imageOf([main, assemble([RETURN])]))).toBe(false)
        expect(text(main)).toEqual(text(assemble(lines)))
    })
})

describe("natives", () => {
    const [ARRAY, ARRAY_PROTOTYPE, BUFFER] = [3, 4, 5].map(object => op("builtinObject", object))
    const [ALLOC, PUSH, JOIN] = [14, 53, 44]
    const alloc = (...size: ReturnType<typeof op>[]): Line =>
        op(size.length === 1 ? "call1" : "call2", op("builtinField", ALLOC, BUFFER), ...size)
    const push = (array: ReturnType<typeof op>, value = get(0)): Line =>
        op("call1", op("builtinField", PUSH, array), value)
    const done = (...lines: Line[]) => {
        const main = assemble(lines)
        const changed = natives(imageOf([main], ["push", "peep"]))
        expect(changed).toBe(JSON.stringify(text(main)) !== JSON.stringify(text(assemble(lines))))
        return changed && text(main)
    }
    test("that allocate a buffer are an operation", () =>
        expect(done(alloc(int(16)), op("return", op("instanceOf", op("retVal"), BUFFER)))).toEqual([
            "allocBuffer(literal[16])",
            "return(instanceOf(retVal, builtinObject[5]))",
        ]))
    test("stay where the size is too much or not known, and where `Buffer` may be another", () => {
        expect(done(alloc(int(0xe001)), alloc(int(-1)), alloc(get(0)), alloc(int(1), int(2)), RETURN)).toBe(false)
        expect(done(alloc(int(16)), op("storeGlobal", 0, BUFFER), RETURN)).toBe(false)
        expect(done(alloc(int(16)), op("indexSet", BUFFER, op("staticBuiltinString", ALLOC), get(0)), RETURN)).toBe(
            false,
        )
        expect(done(op("call1", op("builtinField", ALLOC, get(1)), int(16)), RETURN)).toBe(false)
    })
    const made = [op("allocArray", int(1)), set(1, op("retVal"))]
    test("that push the first element store it", () =>
        expect(done(...made, push(op("retVal")), call(3, get(1)), RETURN)).toEqual([
            "allocArray(literal[1])",
            "storeLocal[1](retVal)",
            "indexSet(retVal, literal[0], loadLocal[0])",
            "call1(staticFunction[3], loadLocal[1])",
            "return(undefined)",
        ]))
    test("stay where the length is wanted, another array is pushed to, or it is let go of first", () => {
        expect(done(...made, push(op("retVal")), op("return", op("retVal")))).toBe(false)
        expect(done(...made, push(get(2)), call(3, get(1)), RETURN)).toBe(false)
        expect(done(...made, call(4), push(get(1)), call(3, get(1)), RETURN)).toBe(false)
        expect(done(...made, push(op("retVal")), set(1, int(0)), call(3), RETURN)).toBe(false)
        expect(done(...made, push(op("retVal")), to(4, op("jmpZ", get(0))), call(3), RETURN)).toBe(false)
        expect(done(to(3, op("jmpZ", get(0))), ...made, push(op("retVal")), call(3, get(1)), RETURN)).toBe(false)
    })
    test("stay where arrays may have another `push`", () => {
        const first = [...made, push(op("retVal")), call(3, get(1))]
        const named = (name: number) => op("indexSet", ARRAY_PROTOTYPE, op("staticBuiltinString", name), get(0))
        expect(done(...first, named(JOIN), RETURN)).not.toBe(false)
        expect(done(...first, named(PUSH), RETURN)).toBe(false)
        expect(done(...first, op("indexSet", ARRAY_PROTOTYPE, get(0), get(0)), RETURN)).toBe(false)
        const spelled = (string: number) => op("indexSet", ARRAY_PROTOTYPE, op("staticAsciiString", string), get(0))
        expect(done(...first, spelled(0), RETURN)).toBe(false)
        expect(done(...first, spelled(1), RETURN)).not.toBe(false)
        expect(done(...first, call(3, ARRAY_PROTOTYPE), RETURN)).toBe(false)
        expect(done(...first, op("storeGlobal", 0, op("builtinField", PROTOTYPE, ARRAY)), RETURN)).toBe(false)
        expect(done(...first, op("storeGlobal", 0, op("builtinField", JOIN, ARRAY)), RETURN)).not.toBe(false)
    })
})

describe("parts", () => {
    const [HELPER, CALLED] = [2, 3]
    const store = (value: ReturnType<typeof op>) => op("storeGlobal", 0, value)
    const of = (
        main: Line[],
        called: Line[],
        about: Partial<ImageFunction> = {},
        caller: Partial<ImageFunction> = {},
    ) => {
        const functions = [
            assemble([store(op("staticFunction", 1)), store(op("staticFunction", HELPER)), RETURN]),
            assemble(main, { slots: 4, ...caller }),
            assemble([RETURN]),
            assemble(called, { slots: 2, ...about }),
        ]
        const image = imageOf(functions)
        return parts(image) ? text(image.functions[1]) : false
    }
    test("are the functions that one place calls; what they are given is read where it is", () =>
        expect(
            of([call(CALLED, get(3), int(5)), RETURN], [store(get(0)), store(op("add", get(1), get(0))), RETURN], {
                parameters: 2,
            }),
        ).toEqual([
            "storeGlobal[0](loadLocal[3])",
            "storeGlobal[0](add(literal[5], loadLocal[3]))",
            "return(undefined)",
            "return(undefined)",
        ]))
    test("go on behind where the call was, with what they returned as the result", () =>
        expect(
            of([call(CALLED, get(3)), store(op("retVal")), RETURN], [op("return", op("neg", get(0)))], {
                parameters: 1,
            }),
        ).toEqual(["storeRetVal(neg(loadLocal[3]))", "storeGlobal[0](retVal)", "return(undefined)"]))
    test("end as their caller does if it is at its end", () =>
        expect(
            of(
                [to(2, op("jmpZ", get(0))), call(CALLED), op("return", op("retVal"))],
                [
                    set(1, op("loadGlobal", 1)),
                    call(HELPER),
                    to(4, op("jmpZ", get(1))),
                    op("return", int(2)),
                    op("return", int(3)),
                ],
            ),
        ).toEqual([
            "jmpZ(loadLocal[0]) -> 6",
            "storeLocal[5](loadGlobal[1])",
            "call0(staticFunction[2])",
            "jmpZ(loadLocal[5]) -> 5",
            "return(literal[2])",
            "return(literal[3])",
            "return(retVal)",
        ]))
    test("let go of what they hold, if that takes no operation more", () => {
        const keeps = [
            set(1, op("loadGlobal", 1)),
            call(HELPER, get(1)),
            call(HELPER, get(1)),
            op("return", op("retVal")),
        ]
        expect(of([call(CALLED), call(HELPER), RETURN], keeps)).toEqual([
            "storeLocal[5](loadGlobal[1])",
            "call1(staticFunction[2], loadLocal[5])",
            "call1(staticFunction[2], loadLocal[5])",
            "jmp -> 4",
            "storeLocal[5](undefined)",
            "call0(staticFunction[2])",
            "return(undefined)",
        ])
        const two = [set(0, op("loadGlobal", 0)), ...keeps.slice(0, -1), call(HELPER, get(0)), op("return", get(0))]
        expect(of([call(CALLED), call(HELPER), RETURN], two)).toBe(false)
    })
    test("begin with undefined again in each turn", () => {
        const back = op("return", op("retVal"))
        const counts = [
            store(get(1)),
            to(3, op("jmpZ", get(1))),
            back,
            set(1, int(1)),
            store(get(1)),
            store(get(1)),
            back,
        ]
        expect(of([call(CALLED), to(0, op("jmp"))], counts)).toEqual([
            "storeLocal[5](undefined)",
            "storeGlobal[0](loadLocal[5])",
            "jmpZ(loadLocal[5]) -> 4",
            "jmp -> 8",
            "storeLocal[5](literal[1])",
            "storeGlobal[0](loadLocal[5])",
            "storeGlobal[0](loadLocal[5])",
            "jmp -> 8",
            "jmp -> 0",
        ])
    })
    test("store what they write to", () => {
        const writes = [
            store(get(0)),
            store(get(0)),
            set(0, int(1)),
            call(HELPER, get(0)),
            call(HELPER, get(0)),
            op("return", op("retVal")),
        ]
        expect(of([call(CALLED, get(3)), call(HELPER), RETURN], writes, { parameters: 1 })).toEqual([
            "storeLocal[4](loadLocal[3])",
            "storeGlobal[0](loadLocal[4])",
            "storeGlobal[0](loadLocal[4])",
            "storeLocal[4](literal[1])",
            "call1(staticFunction[2], loadLocal[4])",
            "call1(staticFunction[2], loadLocal[4])",
            "jmp -> 7",
            "call0(staticFunction[2])",
            "return(undefined)",
        ])
    })
    test("stay functions that are values, have a `this`, closures or handlers, or call themselves", () => {
        const simple = [store(int(1)), RETURN]
        expect(of([call(CALLED), store(op("staticFunction", CALLED)), RETURN], simple)).toBe(false)
        expect(of([call(CALLED), RETURN], simple, { flags: FunctionFlag.needsThis, parameters: 1 })).toBe(false)
        expect(of([call(CALLED), RETURN], simple, { tryFrames: 1 })).toBe(false)
        expect(of([call(CALLED), RETURN], [store(op("makeClosure", 0)), RETURN])).toBe(false)
        expect(of([call(CALLED), RETURN], [call(CALLED), RETURN])).toBe(false)
        expect(of([call(CALLED, int(1), int(2), int(3)), RETURN], simple, { parameters: 2 })).toBe(false)
    })
    test("stay where an exception would leave what they hold in a frame that goes on", () => {
        const keeps = [
            set(1, op("loadGlobal", 1)),
            call(HELPER, get(1)),
            call(HELPER, get(1)),
            op("return", op("retVal")),
        ]
        expect(of([call(CALLED), RETURN], keeps, {}, { tryFrames: 1 })).toBe(false)
        expect(of([store(op("makeClosure", 0)), call(CALLED), RETURN], keeps)).toBe(false)
        expect(of([call(CALLED), RETURN], [call(HELPER), RETURN], { slots: 0 }, { tryFrames: 1 })).not.toBe(false)
    })
    test("stay where storing what they are given takes more operations, or more places take more bytes", () => {
        const given = [call(HELPER, get(0), get(1)), call(HELPER, get(0), get(1)), op("return", get(0))]
        const values = [op("index", get(0), get(1)), op("index", get(1), get(0))]
        expect(of([call(CALLED, ...values), call(HELPER), RETURN], given, { parameters: 2 })).toBe(false)
        const long = Array.from({ length: 10 }, () => store(int(1000)))
        expect(of([call(CALLED), call(CALLED), RETURN], [...long, RETURN])).toBe(false)
        expect(of([call(CALLED), call(CALLED), RETURN], [store(int(1)), RETURN])).not.toBe(false)
    })
    test("are taken of several functions at once, of what became a part itself the next time", () => {
        const storing = (number: number) => assemble([store(int(number)), op("return", op("retVal"))])
        const image = imageOf([
            assemble([store(op("staticFunction", 1)), RETURN]),
            assemble([call(2), call(3), store(int(9)), RETURN]),
            storing(2),
            assemble([call(4), store(int(3)), op("return", op("retVal"))]),
            storing(4),
        ])
        expect(parts(image)).toBe(true)
        const ahead = ["storeGlobal[0](literal[2])", "jmp -> 2"]
        expect(text(image.functions[1])).toEqual([
            ...ahead,
            "call0(staticFunction[2])",
            "storeGlobal[0](literal[3])",
            "jmp -> 5",
            "storeGlobal[0](literal[9])",
            "return(undefined)",
        ])
        expect(parts(image)).toBe(true)
        expect(text(image.functions[1])).toEqual([
            ...ahead,
            "storeGlobal[0](literal[4])",
            "jmp -> 4",
            "storeGlobal[0](literal[3])",
            "jmp -> 6",
            "storeGlobal[0](literal[9])",
            "return(undefined)",
        ])
        expect(image.functions).toHaveLength(2)
    })
    test("stay where their caller would have more statements than passes have time for", () => {
        const filled = (statements: number) => [
            ...Array.from({ length: statements - 2 }, () => store(int(1))),
            call(CALLED),
            RETURN,
        ]
        expect(of(filled(MAX_STATEMENTS - 2), [store(int(1)), RETURN])).not.toBe(false)
        expect(of(filled(MAX_STATEMENTS - 1), [store(int(1)), RETURN])).toBe(false)
    })
})
