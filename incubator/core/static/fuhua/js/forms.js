// Forms: one press sends once; a file that is too large, or of another kind, is named before it travels.
// The server checks all of it again.

document.addEventListener('submit', (event) => {
  const form = event.target
  if (event.defaultPrevented || form.method !== 'post') return
  if (form.classList.contains('is-sending')) {
    event.preventDefault()
    return
  }
  form.classList.add('is-sending')
  form.setAttribute('aria-busy', 'true')
})

// Back button, download, or an htmx answer: the form may be sent again.
const release = (root) => root.querySelectorAll('form.is-sending').forEach((form) => {
  form.classList.remove('is-sending')
  form.removeAttribute('aria-busy')
})
window.addEventListener('pageshow', () => release(document))
document.addEventListener('htmx:after:request', () => release(document))
document.addEventListener('htmx:finally:request', () => release(document))

const refusal = (input) => {
  const limit = Number(input.dataset.maxBytes || 0)
  const kinds = (input.accept || '').split(',').map((kind) => kind.trim().toLowerCase()).filter(Boolean)
  for (const file of input.files) {
    if (limit && file.size > limit) return input.dataset.tooLarge
    const known = kinds.every((kind) => !kind.startsWith('.')) || kinds.some((kind) => file.name.toLowerCase().endsWith(kind))
    if (!known) return input.dataset.wrongKind
  }
  return ''
}

document.addEventListener('change', (event) => {
  const input = event.target
  if (!(input instanceof HTMLInputElement) || input.type !== 'file') return
  const sentence = refusal(input) || ''
  input.setCustomValidity(sentence)
  const place = document.getElementById(`${input.id}_refusal`)
  if (place) {
    place.textContent = sentence
    place.hidden = !sentence
  }
})
