/**
 * A shorter way to the field of an object, for the simulator's sake alone: it costs a program what it did. The runtime's `lookup` (objects.c) looks
 * for the very key among those of a map and then, as it does for every method of an object, for one that reads the same, measuring and
 * comparing all of each. Names in a program's image end with a NUL, so a character or two tell them apart.
 */
import binaryen from "binaryen"
import { parameter, wrap } from "./rewrite"

const { i32, createType } = binaryen

/** `devs_ctx_t`: where its image is. */
const CONTEXT = { image: 228 }
/** `devs_img_header_t`: place and length of the table of its ASCII strings, 16 bits each, and place of what they point into. */
const IMAGE = { asciiStrings: 64, asciiBytes: 68, stringData: 88 }
/** `devs_map_t`: how many entries it has, and where they are: key and value, 8 bytes each. */
const MAP = { length: 8, data: 12 }
const ENTRY_BYTES = 16
/** `devs_value_t`: the lower word is the handle, here a string's number; the upper one has a double's exponent, none, and the handle's type. */
const VALUE = { handle: 0, tag: 4, exponent: 0x7ff00000, type: 15 }
const STATIC_BUFFER = 4
/** A string's number: its kind in bits 14 and 15, `DEVS_STRIDX_ASCII` here, and where it stands in its table. */
const NUMBER = { kindShift: 14, ascii: 2, place: 0x3fff }

type Expression = binaryen.ExpressionRef

/** Takes the shorter way where the key and all others are ASCII strings of the image; the runtime's own where one is not. */
export function shortenLookup(m: binaryen.Module): void {
    addTextOf(m)
    addReadsTheSame(m)
    const [context, map, key, at, end, text, other] = [0, 1, 2, 3, 4, 5, 6].map(index => () => m.local.get(index, i32))
    const set = (index: number, value: Expression) => m.local.set(index, value)
    const begin = () => set(3, m.i32.load(MAP.data, 4, map()))
    const next = () => set(3, m.i32.add(at(), m.i32.const(ENTRY_BYTES)))
    const found = () => m.return(m.i32.add(at(), m.i32.const(ENTRY_BYTES / 2)))
    const eachEntry = (name: string, body: Expression[]) =>
        m.block(null, [
            begin(),
            m.loop(name, m.if(m.i32.lt_u(at(), end()), m.block(null, [...body, next(), m.br(name)]))),
        ])
    const length = () => m.i32.mul(m.i32.load16_u(MAP.length, 2, map()), m.i32.const(ENTRY_BYTES))
    const shorter = [
        m.br("longer", m.i32.eqz(m.local.tee(5, textOf(m, context(), key()), i32))),
        begin(),
        set(4, m.i32.add(at(), length())),
        eachEntry("same", [m.if(m.i64.eq(m.i64.load(0, 4, at()), m.i64.load(0, 4, key())), found())]),
        eachEntry("equal", [
            m.br("longer", m.i32.eqz(m.local.tee(6, textOf(m, context(), at()), i32))),
            m.if(m.call("readsTheSame", [text(), other()], i32), found()),
        ]),
        m.return(m.i32.const(0)),
    ]
    wrap(m, "lookup", [i32, i32, i32, i32], longer => m.block(null, [m.block("longer", shorter), longer], i32))
}

const textOf = (m: binaryen.Module, context: Expression, value: Expression) => m.call("textOf", [context, value], i32)

/** `textOf(context, value)`: address of the first character of an ASCII string of the image, or 0 if the value is anything else. */
function addTextOf(m: binaryen.Module): void {
    const [context, value] = [parameter(m, 0), () => parameter(m, 1)]
    const [number, image] = [2, 3]
    const tag = m.i32.load(VALUE.tag, 4, value())
    const isStatic = m.i32.eq(m.i32.and(tag, m.i32.const(VALUE.exponent | VALUE.type)), m.i32.const(STATIC_BUFFER))
    const kind = m.i32.shr_u(
        m.local.tee(number, m.i32.load(VALUE.handle, 4, value()), i32),
        m.i32.const(NUMBER.kindShift),
    )
    const place = () => m.i32.and(m.local.get(number, i32), m.i32.const(NUMBER.place))
    const at = () => m.local.get(image, i32)
    const strings = m.i32.shr_u(
        m.i32.load(IMAGE.asciiBytes, 4, m.local.tee(image, m.i32.load(CONTEXT.image, 4, context), i32)),
        m.i32.const(1),
    )
    const entry = m.i32.add(
        m.i32.add(at(), m.i32.load(IMAGE.asciiStrings, 4, at())),
        m.i32.shl(place(), m.i32.const(1)),
    )
    const text = m.i32.add(m.i32.add(at(), m.i32.load(IMAGE.stringData, 4, at())), m.i32.load16_u(0, 2, entry))
    m.addFunction(
        "textOf",
        createType([i32, i32]),
        i32,
        [i32, i32],
        m.block(
            null,
            [
                m.if(m.i32.eqz(isStatic), m.return(m.i32.const(0))),
                m.if(m.i32.ne(kind, m.i32.const(NUMBER.ascii)), m.return(m.i32.const(0))),
                m.if(m.i32.ge_u(place(), strings), m.return(m.i32.const(0))),
                text,
            ],
            i32,
        ),
    )
}

/** `readsTheSame(one, other)`: whether two strings that end with a NUL are equal. */
function addReadsTheSame(m: binaryen.Module): void {
    const character = () => m.i32.load8_u(0, 1, parameter(m, 0))
    const onward = (index: number) => m.local.set(index, m.i32.add(parameter(m, index), m.i32.const(1)))
    m.addFunction(
        "readsTheSame",
        createType([i32, i32]),
        i32,
        [],
        m.block(
            null,
            [
                m.loop(
                    "character",
                    m.block(null, [
                        m.if(m.i32.ne(character(), m.i32.load8_u(0, 1, parameter(m, 1))), m.return(m.i32.const(0))),
                        m.if(m.i32.eqz(character()), m.return(m.i32.const(1))),
                        onward(0),
                        onward(1),
                        m.br("character"),
                    ]),
                ),
                m.unreachable(),
            ],
            i32,
        ),
    )
}
