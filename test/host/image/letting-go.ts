/** Programs that fit into the heap only because a local that is written again lets go of what it held. */
const MAKE = `function make(): any { return Buffer.alloc(25000) }
function look(b: any): number { return b.length }
`
const RUNS = {
    "for the result of a call": `function run(): number {
    let data: any = make()
    look(data)
    look(data)
    data = again(data)
    return look(again(data))
}
function again(b: any): any { return make() }
console.log(run())
console.log("end")`,
    "for a part of it": `function more(first: any): number {
    const one = make()
    look(one)
    const two = make()
    return first + look(one) + look(two)
}
function run(): number {
    let data: any = make()
    look(data)
    look(data)
    data = data[0]
    more(data)
    return 1
}
console.log(run())
console.log("end")`,
    "in a frame that a closure keeps": `const later: any[] = []
function keeper(): void {
    let count = 0
    let data: any = make()
    look(data)
    look(data)
    data = false
    later.push(() => { count = count + 1 })
}
for (let i = 0; i < 4; i++) keeper()
console.log(later.length)
console.log("end")`,
    "of what a part of it held": `function part(): number {
    const data = make()
    look(data)
    look(data)
    return look(data)
}
function more(first: any): number {
    const one = Buffer.alloc(21000)
    look(one)
    const two = Buffer.alloc(21000)
    return first + look(one) + look(two)
}
function run(): number {
    return more(part()) + more(1)
}
console.log(run())
console.log("end")`,
}

export const LETTING_GO = Object.fromEntries(Object.entries(RUNS).map(([how, text]) => [how, MAKE + text]))
