/** What the page does beside being read: it finds, and unfolds what is printed. Without it nothing is missing that has to be read. */
export const SCRIPT = `
const box = document.getElementById("search")
const field = document.getElementById("find")
const told = document.getElementById("found")
const items = [...document.querySelectorAll("[data-find]")].map(element => ({ element, text: element.textContent.toLowerCase() }))
box.hidden = false
field.addEventListener("input", () => {
  const words = field.value.toLowerCase().split(/\\s+/).filter(word => word !== "")
  let found = 0
  for (const { element, text } of items) {
    const fits = words.every(word => text.includes(word))
    element.hidden = !fits
    if (fits) found++
  }
  told.textContent = words.length === 0 ? "" : found + " of " + items.length + " controls and clauses"
  for (const folder of document.querySelectorAll("details.view")) folder.open = words.length > 0
})
addEventListener("beforeprint", () => {
  for (const folder of document.querySelectorAll("details")) folder.open = true
})
`
