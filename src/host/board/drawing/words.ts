/** A circuit in sentences, for whoever cannot see its drawing. */
import type { Circuit } from "../../../../simulators/circuit/circuit"
import type { Expression } from "../../../../simulators/circuit/expression"

/** @returns `a and (b or not c)` */
export function formula(expression: Expression): string {
    if (typeof expression === "string") return expression
    if ("not" in expression) return `not ${nested(expression.not)}`
    return "and" in expression ? expression.and.map(nested).join(" and ") : expression.or.map(nested).join(" or ")
}

const nested = (expression: Expression) =>
    typeof expression === "string" || "not" in expression ? formula(expression) : `(${formula(expression)})`

/** What a box says of the wires that go into it, behind what it is. */
export function combinedBy(expression: Expression): string {
    if (typeof expression === "string") return ""
    if ("and" in expression && expression.and.every(isNet)) return ", if all high"
    if ("or" in expression && expression.or.every(isNet)) return ", if any high"
    return `: ${formula(expression)}`
}

const isNet = (expression: Expression) => typeof expression === "string"

/** One sentence each, in the order of the file. */
export function sentencesOf({ description, pins, startLevels }: Circuit): string[] {
    const { supply, chip, rails, lines, switches, gates, deadmen, indicators, parts, promises, persons } = description
    const place = (side: string | undefined) => (side === undefined ? "" : `, ${side}`)
    const each = <T>(section: Record<string, T>, says: (name: string, entry: T) => string) =>
        Object.entries(section).map(([name, entry]) => says(name, entry))
    return [
        `The supply is ${supply}; ${chip} feeds the chip.`,
        ...each(rails, (name, expression) => `Rail ${name}: live while ${formula(expression)}.`),
        ...each(lines, (label, { pull, shorted, sense }) => {
            const start = startLevels.get(label)
            const facts = [
                `GPIO ${pins.get(label)}`,
                ...(pull ? [`pulled ${pull}`] : []),
                ...(shorted ? [`shorted ${shorted.to} by ${shorted.by}`] : []),
                ...(sense === undefined ? [] : [`senses ${formula(sense)}`]),
                ...(start === undefined ? [] : [`driven ${start === 1 ? "high" : "low"} at start`]),
                ...(persons.includes(label) ? ["speaks for a person"] : []),
            ]
            return `Line ${label}: ${facts.join(", ")}.`
        }),
        ...each(
            switches,
            (name, { kind, closed, side }) =>
                `Switch ${name}: ${kind}, ${closed ? "closed" : "open"} at first${place(side)}.`,
        ),
        ...each(
            deadmen,
            (name, { input, timeoutMs, power }) =>
                `Dead-man ${name}: fed by ${power}, falls ${timeoutMs} ms after the last edge of ${input}.`,
        ),
        ...each(gates, (name, expression) => `Gate ${name}: high while ${formula(expression)}.`),
        ...each(indicators, (name, { drive, side }) => `Lamp ${name} is lit by ${drive}${place(side)}.`),
        ...each(parts, (name, part) => {
            const nets = [
                ...("power" in part ? [`fed by ${part.power}`] : []),
                ...("drive" in part ? [`driven by ${part.drive}`] : []),
            ]
            return `Part ${name}: ${part.kind}, ${nets.join(", ")}${place(part.side)}.`
        }),
        ...each(promises, (name, { asked, deadman, heartbeat, withinMs, switch: cutBy, indicator, sense }) => {
            const owed = [
                `asked for at ${asked}`,
                `off within ${withinMs} ms of the last edge on ${heartbeat} by ${deadman}`,
                ...(cutBy === undefined ? [] : [`without power while ${cutBy} is open`]),
                ...(indicator === undefined ? [] : [`shown by ${indicator}`]),
                ...(sense === undefined ? [] : [`its lamp told at ${sense}`]),
            ]
            return `Promised of ${name}: ${owed.join(", ")}.`
        }),
    ]
}
