/** The least that an image holds. */
console.log("nothing")
