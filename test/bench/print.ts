import type { Benchmark, Figure } from "./figure"

/** Prints what a benchmark found: figures of its columns side by side, then the others, a line each. */
export function printTables({ title, columns = [] }: Benchmark, figures: readonly Figure[]): void {
    console.log(`\n${title}`)
    const isInColumn = ({ name }: Figure) => columns.includes(lastPart(name))
    const table = rowsOf(figures.filter(isInColumn), columns)
    if (table.length > 0) printRows([["", ...columns], ...table])
    const others = figures.filter(figure => !isInColumn(figure))
    printRows(
        others.map(({ name, value }) => [name, text(value)]),
        others.map(({ unit }) => unit),
    )
}

const lastPart = (name: string) => name.slice(name.lastIndexOf(".") + 1)
const text = (value: number | undefined) => value?.toLocaleString("en") ?? ""

function rowsOf(figures: readonly Figure[], columns: readonly string[]): string[][] {
    const values = new Map(figures.map(({ name, value }) => [name, value]))
    const subjects = new Set(figures.map(({ name }) => name.slice(0, name.lastIndexOf("."))))
    return [...subjects].map(subject => [subject, ...columns.map(column => text(values.get(`${subject}.${column}`)))])
}

/** The first column is flush left, the others flush right; what is in `ends` follows its row. */
function printRows(rows: readonly (readonly string[])[], ends: readonly string[] = []): void {
    const widest = (column: number) => Math.max(...rows.map(row => row[column].length))
    const pad = (cell: string, column: number) =>
        column === 0 ? cell.padEnd(widest(column)) : cell.padStart(widest(column))
    for (const [i, row] of rows.entries()) console.log(`  ${row.map(pad).join("  ")} ${ends[i] ?? ""}`.trimEnd())
}
