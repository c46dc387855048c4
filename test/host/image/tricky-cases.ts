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
    // Functions with one caller: what they are given changes in them, or while they run; their locals begin anew in each turn of a loop; they return early.
    `function writes@(a: any, b: any): any {
    note(a)
    if (b) a = b
    note(a)
    return a
}
function case@(a: any, b: any): any {
    return writes@(5, b)
}`,
    `function looks@(a: any, change: any): any {
    note(a)
    change()
    note(a)
    return a
}
function case@(a: any, b: any): any {
    let mine: any = a
    const change = () => { mine = b }
    if (b) change()
    mine = 1
    note(looks@(mine, change))
    return mine
}`,
    `function anew@(b: any): any {
    let kept: any
    for (let i = 0; i < 2; i++) {
        note(kept)
        kept = 7
    }
    return quiet(b)
}
function case@(a: any, b: any): any {
    for (let i = 0; i < 3; i++) note(anew@(i))
    return a
}`,
    `function leaves@(a: any): any {
    if (a) return 1
    note(a)
    return 2
}
function case@(a: any, b: any): any {
    note(leaves@(b))
    note("behind")
    return a
}`,
    // Functions that are called at their caller's end, and return out of the middle.
    `function early@(a: any, b: any): any {
    for (let i = 0; i < 4; i++) {
        note(i)
        if (i === a) return b
        if (i === 3) return i
    }
    return "never"
}
function last@(a: any, b: any): any {
    note("last")
    return early@(b, a)
}
function case@(a: any, b: any): any {
    return last@(a, b)
}`,
    // Results that are wanted on one way, and locals that outlive them on another.
    `function case@(a: any, b: any): any {
    let sum: any = 0
    for (let i = 0; i < 3; i++) sum = sum + i * 2
    note(sum)
    const first = quiet(a)
    const more: any = b === undefined ? 5 : sum
    note(first)
    const own = more + 1
    if (a === 1) {
        quiet(own)
        note(own)
    }
    return own + more
}`,
    // Conditions that are negated, before what ends for itself and what does not.
    `function case@(a: any, b: any): any {
    const small = a < 2
    if (!small) return [small, 1][0]
    if (!b) note("goes on")
    const both = small && b
    if (!both) throw new Error("both " + both)
    for (let i = 0; i < 3; i++) {
        if (!(i === 1)) continue
        note(i)
    }
    return both ? small : 2
}`,
    // New buffers and arrays, of sizes that are too much, and of things that construct nothing.
    `function case@(a: any, b: any): any {
    const one: any[] = [a]
    note(one.length)
    note(one[0])
    one.push(b)
    note(one.length + "" + [one.length].length)
    note(Buffer.alloc(3).length)
    const none: any[] = []
    note(none.push(b))
    note(none[0])
    try {
        note(Buffer.alloc(70000).length)
    } catch (e: any) {
        note(e.message)
    }
    return new (quiet as any)(a)
}`,
    // Methods that a class calls of its own objects, and what looks like it: two classes of one name, names that are fields, values, or written as strings.
    `class Counter@ {
    n: any = 0
    same@(): any { return "counter" }
    private up@(by: any): any { this.n = this.n + by; return this.n }
    private down@(by: any): any { return by > 0 ? this.down@(by - 1) + this.up@(by) : this.n }
    run@(a: any): any { note(this.up@(2)); note(this.down@(3)); note((this as any).up@()); return this.same@() }
}
class Other@ {
    same@(): any { return "other" }
    up: any = 3
    run@(a: any): any { return this.same@() + this.up }
}
function case@(a: any, b: any): any {
    const counter = new Counter@()
    note(counter.run@(a))
    note(new Other@().run@(a))
    return counter.n
}`,
    `class Base@ {
    constructor(public n: any) {}
    hook@(): any { return "base" + this.n }
    deep@(): any { return "deep" + this.n }
    run@(): any { note(this.deep@()); return this.hook@() }
    lacks@(): any { return (this as any).only@() }
}
class Middle@ extends Base@ {
    middle@(): any { return this.deep@() + this.hook@() }
}
class Derived@ extends Middle@ {
    hook@(): any { return "derived" + this.middle@.length + this.deep@() }
}
class Last@ extends Middle@ {
    hook@(): any { return "last" + this.deep@() }
    only@(): any { return "only" + this.n }
    all@(): any { return this.middle@() + this.run@() }
}
function case@(a: any, b: any): any {
    note(new Base@(a).run@())
    note(new Derived@(b).run@())
    note(new Last@(a).all@())
    note(new Last@(a).lacks@())
    try {
        new Base@(a).lacks@()
    } catch (e: any) {
        note(e.message)
    }
    return new Last@(b).middle@()
}`,
    // One that is set to another function for one object, through a name in a string; and one that is a value, called later, also of an object that is none.
    `class Set@ {
    one@(): any { return "one" }
    two@(): any { return "two" }
    three@(): any { return "three" }
    four@(): any { return "four" }
    run@(): any { return this.one@() + this.two@() + this.three@() + this.four@() }
}
function case@(a: any, b: any): any {
    const set = new Set@() as any
    set["one@"] = () => "changed"
    const kept = set.two@
    const fields: any = { three@: () => "field" }
    Object.assign(set, fields)
    note(kept())
    note(set.run@())
    Set@.prototype.four@ = () => "later"
    note(set.run@())
    return new Set@().run@()
}`,
    // Of what is not there; of a closure's own; from constructors; in handlers, and of another object than one's own.
    `class Node@ {
    next: any
    constructor(public n: any) { this.made@() }
    made@(): any { note("made" + this.n) }
    own@(): any { return this.n }
    other@(o: any): any { return o.own@() }
    later@(): any { const self = this; return () => self.within@() }
    within@(): any { this.n = this.n + 1; return this.n }
    mine@(): any { return "mine" + this.n }
    far@(): any { const next: any = this.next; note(next ? 1 : 0); return next.mine@() }
    near@(): any { return this.mine@() + this.seen@() }
    seen@(): any { return "seen" }
    run@(o: any): any {
        try {
            note(this.own@())
            return this.other@(o)
        } catch (e: any) {
            note(e.message)
            return this.own@()
        }
    }
}
function stranger@(o: any): any { return o.within@() }
function looks@(o: any): any { return o.seen@() }
function case@(a: any, b: any): any {
    const one = new Node@(a)
    note(one.run@(new Node@(b)))
    note(one.run@(undefined))
    note(one.run@({ own@: () => "object" }))
    const later = one.later@()
    later()
    note(stranger@(one))
    note(one.near@())
    for (const call of [stranger@, looks@, () => one.far@()])
        try {
            note(call(b))
        } catch (e: any) {
            note(e.message)
        }
    return later()
}`,
    // What they are called with: nothing, too much, eight, more than there is room for, the rest.
    `class Many@ {
    eight@(a: any, b: any, c: any, d: any, e: any, f: any, g: any, h: any): any { return a + b + c + d + e + f + g + h }
    seven@(a: any, b: any, c: any, d: any, e: any, f: any, g: any): any { return g }
    two@(a: any, b: any): any { return a + ":" + b }
    rest@(a: any, ...more: any[]): any { return a + more.length }
    run@(a: any, b: any): any {
        note(this.eight@(1, 2, 3, 4, 5, 6, 7, a))
        note(this.seven@(1, 2, 3, 4, 5, 6, b))
        note((this as any).two@())
        note((this as any).two@(a, b, 1))
        note(this.rest@(a, b, 1, 2))
        return this.two@(1, (1 + (a + (2 + (a + (3 + (a + (4 + (a + (5 + (a + (6 + (a + (7 + a))))))))))))))
    }
}
function case@(a: any, b: any): any {
    return new Many@().run@(a, b)
}`,
]
