let listener: (line: string) => void = () => {}

/** What a person should hear although the work goes on. Whoever talks to people listens. */
export const notices = {
    tell: (line: string): void => listener(line),
    listen(to: (line: string) => void): void {
        listener = to
    },
}
