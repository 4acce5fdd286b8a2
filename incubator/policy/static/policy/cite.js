// Selecting words of a clause fills in the clause and its words. Without this script people copy them by hand.
// The server looks the words up in the clause again.

const passages = document.querySelector('[data-passages]')
const choice = document.querySelector('select[name="clause"]')
const quote = document.querySelector('textarea[name="quote"]')

const clauseOf = (node) => (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.('[data-clause]')

const take = () => {
  const selection = document.getSelection()
  const words = selection?.toString().trim() ?? ''
  const clause = clauseOf(selection?.anchorNode)
  if (!words || !clause || clause !== clauseOf(selection.focusNode)) return
  choice.value = clause.dataset.clause
  quote.value = words
  const taken = passages.querySelector('[data-taken]')
  taken.textContent = `${taken.dataset.said} ${words}`
}

if (passages && choice && quote) {
  passages.querySelector('[data-with-script]').hidden = false
  passages.querySelector('[data-without-script]').hidden = true
  for (const event of ['mouseup', 'touchend', 'keyup']) passages.addEventListener(event, () => setTimeout(take))
}
