/** More names than have numbers of one byte, some made at run time. */
const names = Array.from({ length: 300 }, (_, i) => `q${i}`)
const MANY_NAMES = `function case@(a: any, b: any): any {
    const o: any = { ${names.map((name, i) => `${name}: ${i}`).join(", ")}, aNameOfMoreThanSixteenCharacters: 1 }
    let sum = 0
    for (const name of Object.keys(o)) sum = sum + o[name] * name.length
    note(sum)
    note(${names.map(name => `o.${name}`).join(" + ")})
    note("q" + 299 === "q299")
    return o["q" + 271] - o.q271
}`

/** Cases for `programOf` that random ones seldom come to: each is where a pass that assumes too much goes wrong. */
export const TRICKY_CASES: readonly string[] = [
    MANY_NAMES,
    // A result that is still wanted when there is another one; null, which is not undefined.
    `function case@(a: any, b: any): any {
    const first = quiet(a)
    note(first)
    const second = quiet(b)
    if (second === undefined) note("undefined")
    if (second === null) note("null")
    if (quiet(null) === undefined) note("not null")
    return second === undefined ? first : first + second
}`,
    // What overflows 32 bits once a local has been found to be a constant.
    `function case@(a: any, b: any): any {
    let most: any = 2147483647
    let more: any = most + 1
    note(more)
    let least: any = -2147483648
    return least - 1
}`,
    // Negated comparisons of what has no order.
    `function case@(a: any, b: any): any {
    const none: any = a * undefined
    if (!(none <= b)) note("neither")
    if (!(a < b)) note("not less")
    if (!(a <= a)) note("not itself")
    return !(none === none)
}`,
    // One condition behind the other, about the same local.
    `function case@(a: any, b: any): any {
    let x: any = b
    while (x && a) x = 0
    if ((a && b) || !a) note(1)
    else note(2)
    for (let i = 0; !(i > 2 && a) && i < 5; i++) note(i)
    return x ? 1 : 2
}`,
    // Returns of the same, and of something else, behind conditions that have an opposite.
    `function early@(a: any, b: any): any {
    if (!a) return 1
    if (a === b) return 2
    if (a !== 1 || b === 3) return 1
    note("late")
    return b ? 1 : 2
}
function case@(a: any, b: any): any {
    for (let x = 0; x < 3; x++) for (let y = 0; y < 4; y++) note(early@(x, y))
    return early@(a, b)
}`,
    // A return out of try blocks, through what has to be done first.
    `function case@(a: any, b: any): any {
    let x: any = 1
    for (let i = 0; i < 3; i++) {
        try {
            try {
                x = x + i
                if (i === 1 && a === 1) return x
                if (i === 1) b.p.q = 1
                if (i === 2) continue
                note(x)
            } finally {
                x = x * 10
                note("f" + x)
            }
        } catch (e: any) {
            note(x)
        }
    }
    note("behind")
    return x
}`,
    // Two locals that follow each other round a loop.
    `function case@(a: any, b: any): any {
    let older: any = a
    let newer: any = b
    for (let i = 0; i < 4; i++) {
        const kept = newer
        newer = older
        older = kept
        note(older)
        if (i === 2) older = i
    }
    return newer
}`,
    // What is read before a call that changes it.
    `let counter@ = 0
function next@(): number {
    counter@ = counter@ + 1
    return counter@
}
function case@(a: any, b: any): any {
    const before = counter@
    const o = { n: before } as any
    const n = o.n
    const grow = () => { o.n = o.n + next@() }
    grow()
    note(before)
    note(n)
    return counter@ - before + o.n
}`,
    // The same of a global, read before and used behind.
    `let last@: any = 7
function forget@(): void {
    last@ = 0
}
function case@(a: any, b: any): any {
    const kept: any = last@
    forget@()
    return kept
}`,
    // A closure that writes to a local among others, and one two levels down.
    `function case@(a: any, b: any): any {
    let unused: any
    let x: any = 1
    let y: any = x
    const outer = () => {
        let z: any = 5
        const inner = () => { x = x + 1; z = z + y; return z }
        inner()
        return inner() + x
    }
    note(outer())
    note(x)
    y = x
    return outer() + y
}`,
    // Functions of the same statements that jump elsewhere.
    `function short@(a: any): void {
    if (a) {
        note(1)
    }
    note(2)
}
function long@(a: any): void {
    if (a) {
        note(1)
        note(2)
    }
}
function case@(a: any, b: any): any {
    short@(b)
    long@(b)
    short@(a)
    long@(a)
    return 0
}`,
    // Classes: made, derived, asked for what they are.
    `class Base@ {
    constructor(public n: any) {}
    twice@() { return this.n + this.n }
    over@() { return "base" }
}
class Derived@ extends Base@ {
    over@() { return "derived" + this.twice@() }
}
function case@(a: any, b: any): any {
    const all: Base@[] = [new Base@(a), new Derived@(2)]
    for (const one of all) note(one.over@() + (one instanceof Derived@))
    return all.length
}`,
    // Which of two failures comes first, in one expression and in several.
    `function case@(a: any, b: any): any {
    const t: any = a.s.t
    return b.p.q - t
}`,
    `function case@(a: any, b: any): any {
    try {
        const p = b.p
        note("seen")
        return p - a.q.r
    } catch (e: any) {
        note(e.message)
    }
    const t = a.s
    try {
        return t.u + b.v
    } catch (e: any) {
        return e.message
    }
}`,
]
