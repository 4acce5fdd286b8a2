// Passkeys: a form with data-passkey asks the browser for one ("create" or "get") before it is sent. Without passkeys in
// the browser the form stays hidden and the other ways remain. Loaded only by pages that hold such a form.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0))
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }))

const described = (made, response) => JSON.stringify({
  id: made.id,
  rawId: text(made.rawId),
  type: made.type,
  authenticatorAttachment: made.authenticatorAttachment,
  clientExtensionResults: made.getClientExtensionResults(),
  response
})

const create = async ({ creation_options: { publicKey } }) => {
  const made = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: known(publicKey.excludeCredentials),
      // kept on the device where it can be, so that it also signs in without a password
      authenticatorSelection: { ...publicKey.authenticatorSelection, residentKey: 'preferred', requireResidentKey: false }
    }
  })
  return described(made, {
    clientDataJSON: text(made.response.clientDataJSON),
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports ? made.response.getTransports() : []
  })
}

const get = async ({ request_options: { publicKey } }) => {
  const made = await navigator.credentials.get({
    publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: known(publicKey.allowCredentials) }
  })
  const { clientDataJSON, authenticatorData, signature, userHandle } = made.response
  return described(made, {
    clientDataJSON: text(clientDataJSON),
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle ? text(userHandle) : null
  })
}

// The challenge stands in the page, or for somebody not signed in yet it is fetched when it is needed.
const options = async (form) => {
  const held = document.getElementById('passkey-options')
  if (held) return JSON.parse(held.textContent)
  const answer = await fetch(form.action, { headers: { Accept: 'application/json' } })
  if (!answer.ok) throw new Error(String(answer.status))
  return answer.json()
}

const say = (form, sentence) => {
  const place = form.querySelector('[data-passkey-problem]')
  place.querySelector('span').textContent = sentence
  place.hidden = !sentence
}

document.addEventListener('submit', async (event) => {
  const form = event.target
  if (!form.matches('form[data-passkey]') || form.elements.credential.value) return
  event.preventDefault()
  say(form, '')
  try {
    form.elements.credential.value = await (form.dataset.passkey === 'create' ? create : get)(await options(form))
  } catch (error) {
    const given = error && error.name === 'InvalidStateError' ? form.dataset.known : form.dataset.failed
    say(form, error && error.name === 'SecurityError' ? form.dataset.insecure : given || form.dataset.failed)
    return
  }
  form.requestSubmit()
}, true)

const works = Boolean(window.PublicKeyCredential && navigator.credentials)
document.querySelectorAll('[data-passkey-part]').forEach((part) => { part.hidden = !works })
document.querySelectorAll('[data-no-passkey]').forEach((part) => { part.hidden = works })
