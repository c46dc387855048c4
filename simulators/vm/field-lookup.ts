/**
 * A shorter way to the field of an object, for the simulator's sake alone: in a program's time it takes what it took. The runtime's `lookup`
 * (objects.c) looks through a map for the very key and then, as it does for each method before it comes to the class, for one that reads the
 * same, measuring each and comparing it in full. Names in an image end with a NUL, so that a character or two tell them apart; and no map has
 * two that read the same, so that one pass finds what two do.
 */
import binaryen from "binaryen"
import { wrap } from "./rewrite"

const { i32, createType } = binaryen

/** `devs_ctx_t`: where its image is. */
const CONTEXT = { image: 228 }
/** `devs_img_header_t`: place and length of the table of its ASCII strings, 16 bits each, and place of what they point into. */
const IMAGE = { asciiStrings: 64, asciiBytes: 68, stringData: 88 }
/** `devs_map_t`: how many entries it has, and where they are: key and value, 8 bytes each. */
const MAP = { length: 8, data: 12 }
const ENTRY = { key: 0, value: 8, bytes: 16 }
/** `devs_value_t`: in the lower word the number of a string, in the upper one the type of what is no double, in the image for a string of it. */
const VALUE = { number: 0, type: 4 }
const IN_IMAGE = 4
/** A string's number: its kind from bit 14 on, and below where it stands in the table of its kind. */
const NUMBER = { kindShift: 14, builtIn: 1, ascii: 2, place: 0x3fff }
/** The runtime's own strings: addresses of their texts, and how many there are. */
const BUILT_IN = { texts: 17904, count: 226 }

type Expression = binaryen.ExpressionRef

/** Takes the shorter way where the key, and all before it is found, are strings of the image or the runtime; the runtime's own where one is not. */
export function shortenLookup(m: binaryen.Module): void {
    addTextOf(m)
    addReadsTheSame(m)
    const local = (index: number) => () => m.local.get(index, i32)
    const [context, map, key, at, end, text, first, other] = [0, 1, 2, 3, 4, 5, 6, 7].map(local)
    const textOf = (value: Expression) => m.call("textOf", [context(), value], i32)
    const number = (value: Expression) => m.i32.load(VALUE.number, 4, value)
    const character = (of: Expression) => m.i32.load8_u(0, 1, of)
    const found = () => m.return(m.i32.add(at(), m.i32.const(ENTRY.value)))
    const bytes = m.i32.mul(m.i32.load16_u(MAP.length, 2, map()), m.i32.const(ENTRY.bytes))
    const shorter = [
        m.br("longer", m.i32.eqz(m.local.tee(5, textOf(key()), i32))),
        m.local.set(6, character(text())),
        m.local.set(3, m.i32.load(MAP.data, 4, map())),
        m.local.set(4, m.i32.add(at(), bytes)),
        m.loop(
            "entries",
            m.if(
                m.i32.lt_u(at(), end()),
                m.block(null, [
                    m.br("longer", m.i32.eqz(m.local.tee(7, textOf(at()), i32))),
                    m.if(m.i32.eq(number(at()), number(key())), found()),
                    m.if(
                        m.i32.eq(character(other()), first()),
                        m.if(m.call("readsTheSame", [text(), other()], i32), found()),
                    ),
                    m.local.set(3, m.i32.add(at(), m.i32.const(ENTRY.bytes))),
                    m.br("entries"),
                ]),
            ),
        ),
        m.return(m.i32.const(0)),
    ]
    const extra = [i32, i32, i32, i32, i32]
    wrap(m, "lookup", extra, longer => m.block(null, [m.block("longer", shorter), longer], i32))
}

/** `textOf(context, value)`: where a string of the image or the runtime begins that ends with a NUL; 0 if the value is anything else. */
function addTextOf(m: binaryen.Module): void {
    const [context, value, number, image] = [0, 1, 2, 3].map(index => () => m.local.get(index, i32))
    const kindIs = (kind: number) => m.i32.eq(m.i32.shr_u(number(), m.i32.const(NUMBER.kindShift)), m.i32.const(kind))
    const place = () => m.i32.and(number(), m.i32.const(NUMBER.place))
    const inTable = (from: Expression, shift: number) => m.i32.add(from, m.i32.shl(place(), m.i32.const(shift)))
    const ascii = m.block(null, [
        m.local.set(3, m.i32.load(CONTEXT.image, 4, context())),
        m.if(
            m.i32.lt_u(place(), m.i32.shr_u(m.i32.load(IMAGE.asciiBytes, 4, image()), m.i32.const(1))),
            m.return(
                m.i32.add(
                    m.i32.add(image(), m.i32.load(IMAGE.stringData, 4, image())),
                    m.i32.load16_u(0, 2, inTable(m.i32.add(image(), m.i32.load(IMAGE.asciiStrings, 4, image())), 1)),
                ),
            ),
        ),
    ])
    const builtIn = m.if(
        m.i32.lt_u(place(), m.i32.const(BUILT_IN.count)),
        m.return(m.i32.load(0, 4, inTable(m.i32.const(BUILT_IN.texts), 2))),
    )
    const body = [
        m.if(m.i32.ne(m.i32.load(VALUE.type, 4, value()), m.i32.const(IN_IMAGE)), m.return(m.i32.const(0))),
        m.local.set(2, m.i32.load(VALUE.number, 4, value())),
        m.if(kindIs(NUMBER.ascii), ascii, m.if(kindIs(NUMBER.builtIn), builtIn)),
        m.i32.const(0),
    ]
    m.addFunction("textOf", createType([i32, i32]), i32, [i32, i32], m.block(null, body, i32))
}

/** `readsTheSame(one, other)`: whether two strings that end with a NUL are equal. */
function addReadsTheSame(m: binaryen.Module): void {
    const text = (index: number) => m.local.get(index, i32)
    const character = (index: number) => m.i32.load8_u(0, 1, text(index))
    const body = m.loop(
        "characters",
        m.block(null, [
            m.if(m.i32.ne(character(0), character(1)), m.return(m.i32.const(0))),
            m.if(m.i32.eqz(character(0)), m.return(m.i32.const(1))),
            ...[0, 1].map(index => m.local.set(index, m.i32.add(text(index), m.i32.const(1)))),
            m.br("characters"),
        ]),
    )
    m.addFunction("readsTheSame", createType([i32, i32]), i32, [], m.block(null, [body, m.unreachable()], i32))
}
