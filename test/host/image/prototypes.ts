/** Programs that come to methods through prototypes, without their names: `one` would become a function but for that. */
const FRAME = `// @ts-nocheck
class Named {
    one(): any { return "first" }
    run(): any { return this.one() }
}
class Late {
    run(): any {
        change(this)
        return this.two()
    }
    two(): any { return "second" }
}
let change = (o: any) => {}
function said(f: any): any {
    try {
        return f()
    } catch (e: any) {
        return e.message
    }
}
console.log(new Named().run())
console.log(said(() => new Late().run()))
`
const RUNS = {
    "as a value, whose fields are listed": "console.log(Object.keys(Named.prototype).length)",
    "of a class that is a value": `const some: any[] = [Named]
console.log(Object.keys(some[0]["prototype"]).length)`,
    "as a value, whose methods are called of nothing": `const proto: any = Named.prototype
for (const f of Object.values(proto)) if (typeof f === "function") console.log(said(f))`,
    "that an object gets while a method of its class runs": `change = (o: any) => { Object.setPrototypeOf(o, {}) }
console.log(said(() => new Late().run()))`,
}

export const PROTOTYPES = Object.fromEntries(
    Object.entries(RUNS).map(([how, text]) => [how, `${FRAME}${text}\nconsole.log("end")`]),
)
