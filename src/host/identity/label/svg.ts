import type { Bitmap } from "./bitmap"

/** A picture as SVG. @param title what it shows, in characters that need no escape @param dotsPerMillimetre its size when printed */
export function svgOf(bitmap: Bitmap, title: string, dotsPerMillimetre: number): string {
    const { width, height } = bitmap
    const [widthMm, heightMm] = [width, height].map(dots => (dots / dotsPerMillimetre).toFixed(2))
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthMm}mm" height="${heightMm}mm" viewBox="0 0 ${width} ${height}">
<title>${title}</title>
<path fill="#fff" d="M0 0h${width}v${height}H0z"/>
<path shape-rendering="crispEdges" d="${runs(bitmap).join("")}"/>
</svg>
`
}

/** A rectangle, one dot high, for each run of black dots in a row. */
function runs(bitmap: Bitmap): string[] {
    const found: string[] = []
    for (let y = 0; y < bitmap.height; y++)
        for (let x = 0; x < bitmap.width; x++) {
            const start = x
            while (x < bitmap.width && bitmap.isBlack(x, y)) x++
            if (x > start) found.push(`M${start} ${y}h${x - start}v1H${start}z`)
        }
    return found
}
