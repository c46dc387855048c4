/** Fields whose names begin alike, end early, or are strings of another kind: what is found in which, one line each. */
class Meter {
    value = 1
    valueTwo = 2
    v = 3
    length = 4
    größe = 5

    va(): number {
        return 6
    }

    valueThree(): number {
        return 7
    }

    toString(): string {
        return "meter"
    }
}

// biome-ignore lint/suspicious/noExplicitAny: names that no type has
const meter = new Meter() as any
console.log("own", meter.value, meter.valueTwo, meter.v, meter.length)
console.log("class", meter.va(), meter.valueThree(), meter.toString())
console.log("none", meter.val, meter.valueT, meter.lengths, meter.x)
console.log("wide", meter.größe, meter.größ)

const end = "Two"
console.log("made", meter[`value${end}`], meter.value, meter[`leng${end}`])
meter[`new${end}`] = 8
meter[`new${end}`] = 9
console.log("added", meter.newTwo, Object.keys(meter).length)
