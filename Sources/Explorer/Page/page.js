// The explorer's page. It keeps what the person has set; the program keeps the portrait and makes the pictures.
'use strict';

const $ = (id) => document.getElementById(id);
const clone = (value) => JSON.parse(JSON.stringify(value));
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const shown = (value) => String(Math.round(value * 1000) / 1000);

const page = {
  start: null, // what the program said at first
  session: null,
  model: null,
  portrait: null, // what the program said of it
  pictureSource: null, // a File, 'example', 'example&number=3' or 'start': to send again if the program has put it away
  motionSource: null,
  pending: null, // what is to move a portrait that is not chosen yet
  motion: null,
  sound: null, // what is heard while the motion plays
  showsAbsolute: true,
  rows: [], // of the list, in the directions' order
  folded: {}, // whether the group of a heading is folded away, where a person has decided
  frame: 0,
  view: 'image',
  held: false,
  box: null, // the square as it is drawn, in pixels of the picture
  overview: null, // the whole picture, small, as a canvas
};

// MARK: Talking with the program

class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(method, path, body, headers) {
  let response;
  try {
    response = await fetch('/api/' + path, { method, body, headers });
  } catch {
    throw new Refusal(0, 'The explorer does not answer. Is it still running?');
  }
  if (response.ok) return response;
  let message = 'The explorer answered ' + response.status + '.';
  try { message = (await response.json()).problem || message; } catch { /* no words came with it */ }
  throw new Refusal(response.status, message);
}

const told = async (method, path, body) =>
  (await ask(method, path, body === undefined ? undefined : JSON.stringify(body))).json();

const mine = (path) => 'sessions/' + page.session + (path ? '/' + path : '');

// Tries again, once, when the program had put this page away, as it does with pages that were silent for long.
async function withSession(work) {
  try {
    return await work();
  } catch (error) {
    if (error.status !== 410) throw error;
    await recover();
    return work();
  }
}

let recovering = null;
function recover() {
  recovering ??= (async () => {
    await begin(page.model ? page.model.name : null);
    if (page.pictureSource) await sendPicture(page.pictureSource);
    if (page.motionSource) { await sendMotion(page.motionSource); await followEncoding(); }
  })().finally(() => { recovering = null; });
  return recovering;
}

async function begin(model) {
  const begun = await told('POST', 'sessions', model ? { model } : {});
  page.session = begun.session;
  return begun.model;
}

const sendPicture = async (source) =>
  (typeof source === 'string'
    ? ask('POST', mine('portrait?from=' + source))
    : ask('POST', mine('portrait?name=' + encodeURIComponent(source.name) + (kindOf(source) === 'picture' ? '' : '&kind=video')), source))
    .then((response) => response.json());

const sendMotion = (source) =>
  source === 'example'
    ? ask('POST', mine('motion?from=example'))
    : ask('POST', mine('motion?name=' + encodeURIComponent(source.name) + '&face=' + $('driving-face').value + '&follow=' + $('driving-follow').checked + '&kind=' + kindOf(source)), source);

// MARK: Messages

function showError(error) {
  $('alert-text').textContent = error instanceof Refusal ? error.message : 'Something went wrong: ' + error.message;
  $('alert').hidden = false;
}

function clearError() { $('alert').hidden = true; }

function say(text) { $('status').textContent = text; }

// Runs what a person asked for, and shows what goes wrong with it.
function attempt(work) {
  return async (...values) => {
    clearError();
    try { await work(...values); } catch (error) { showError(error); }
  };
}

// MARK: Settings, and their history

const settings = { A: null, B: null, slot: 'A' };
const past = [];
let future = [];
let committed = '';

const current = () => settings[settings.slot];

const fresh = () => ({
  edit: page.model.directions.map(() => 0), strength: 1, motion_strength: 1, muted: [], reference: null, canonical: false,
});

function resetHistory() {
  Object.assign(settings, { A: fresh(), B: fresh(), slot: 'A' });
  past.length = 0;
  future = [];
  committed = JSON.stringify(settings);
}

// Call when a change is complete: at the end of a drag, not at each step of it.
function commit() {
  const now = JSON.stringify(settings);
  if (now === committed) return;
  past.push(committed);
  if (past.length > 200) past.shift();
  future = [];
  committed = now;
  showTools();
  refreshCommand();
}

function travel(from, to) {
  if (!from.length) return;
  to.push(committed);
  committed = from.pop();
  Object.assign(settings, JSON.parse(committed));
  showSettings();
  want();
}

const undo = () => { commit(); travel(past, future); };
const redo = () => travel(future, past);

function change(edit) {
  edit(current());
  showSettings();
  commit();
  want();
}

// MARK: Live frames

const live = { dirty: false, flying: 0, sent: 0, drawn: 0, times: [] };

// Asks for a frame of what is set now. Two requests at most are on their way, so that the program always has the next one; each carries
// the newest settings, and nothing queues.
function want() {
  live.dirty = true;
  pump();
}

const isAbsoluteShown = () => Boolean(page.motion) && !page.motion.is_speech && page.showsAbsolute;

function modesShown() { return page.motion ? (isAbsoluteShown() ? ['relative', 'absolute'] : ['relative']) : []; }

// The frame that relative motion starts from; an undone change may be of another video.
const beginning = () => (page.motion && current().reference < page.motion.times.length ? current().reference : null);

async function pump() {
  if (!live.dirty || live.flying >= 2 || !page.portrait || page.held) return;
  live.dirty = false;
  live.flying += 1;
  const number = ++live.sent;
  const body = JSON.stringify({
    settings: { ...current(), reference: beginning() }, view: page.view, level: Number($('level').value),
    frame: page.motion ? page.frame : null, modes: modesShown(),
  });
  try {
    const response = await withSession(() => ask('POST', mine('frame'), body));
    if (response.status === 200 && number > live.drawn) {
      const pixels = new Uint8Array(await response.arrayBuffer());
      if (number > live.drawn) {
        live.drawn = number;
        drawFrame(pixels, response.headers);
        tick();
      }
    }
  } catch (error) {
    if (error.status !== 409) showError(error);
  } finally {
    live.flying -= 1;
    pump();
  }
}

function drawFrame(pixels, headers) {
  const width = Number(headers.get('Lia-Width')), height = Number(headers.get('Lia-Height'));
  const size = width * height * 3;
  if (page.held) return;
  paint($('first'), pixels.subarray(0, size), width, height);
  if (pixels.length >= 2 * size) paint($('second'), pixels.subarray(size), width, height);
  explain(headers.get('Lia-Scale'));
  $('stage').removeAttribute('aria-busy');
  showInPlace();
}

// MARK: The square in the picture

// The weight of the square's picture along one axis: t²(3 − 2t) over 8 % of the side, and 1 along an edge on the picture's border.
function ramp(place, isInner) {
  const t = isInner ? Math.min(1, Math.max(0, place) / 0.08) : 1;
  return t * t * (3 - 2 * t);
}

// The whole picture with what is shown put back into it, feathered as saved pictures are.
function showInPlace() {
  if (!page.overview || !page.portrait) return;
  const canvas = $('overview'), context = canvas.getContext('2d');
  context.drawImage(page.overview, 0, 0);
  const { square, width, height } = page.portrait, from = $('first');
  if (!square || page.view !== 'image' || page.held || page.box !== square) return;
  const side = from.width, scale = canvas.width / width, left = square.x - square.side / 2, top = square.y - square.side / 2;
  const patch = from.getContext('2d').getImageData(0, 0, side, side);
  const inner = [left > 0, top > 0, left + square.side < width, top + square.side < height];
  for (let y = 0; y < side; y += 1) {
    const v = (y + 0.5) / side, down = ramp(v, inner[1]) * ramp(1 - v, inner[3]);
    for (let x = 0; x < side; x += 1) {
      const u = (x + 0.5) / side;
      patch.data[4 * (y * side + x) + 3] = Math.round(255 * down * ramp(u, inner[0]) * ramp(1 - u, inner[2]));
    }
  }
  const layer = document.createElement('canvas');
  Object.assign(layer, { width: side, height: side });
  layer.getContext('2d').putImageData(patch, 0, 0);
  context.drawImage(layer, left * scale, top * scale, square.side * scale, square.side * scale);
}

function middleSquare() {
  const { width, height } = page.portrait;
  return { x: width / 2, y: height / 2, side: Math.min(width, height) };
}

function showBox() {
  if (!page.portrait || !page.box) return;
  const { width, height } = page.portrait, { x, y, side } = page.box, box = $('box');
  const part = (value, whole) => value / whole * 100 + '%';
  Object.assign(box.style, {
    left: part(x - side / 2, width), top: part(y - side / 2, height), width: part(side, width), height: part(side, height),
  });
}

async function loadOverview() {
  const response = await ask('GET', mine('overview'));
  const width = Number(response.headers.get('Lia-Width')), height = Number(response.headers.get('Lia-Height'));
  const small = document.createElement('canvas');
  paint(small, new Uint8Array(await response.arrayBuffer()), width, height);
  small.classList.remove('coarse');
  Object.assign($('overview'), { width, height });
  page.overview = small;
  page.box = page.portrait.square || middleSquare();
  buildFaces();
  showBox();
  showInPlace();
  $('crop-note').textContent = (page.portrait.is_moving ? 'The first frame of the video; the saved video has all of them. ' : '') + (page.portrait.square
    ? 'The square is animated and put back. Drag it, or its corner, where another part is wanted.'
    : 'No face was found: the middle is animated, and the square alone saved. Drag the square to choose another part, which is put back.');
}

const isSame = (a, b) => Boolean(a && b) && a.x === b.x && a.y === b.y && a.side === b.side;

function buildFaces() {
  $('faces').replaceChildren(...page.portrait.faces.map((square, index) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Face ' + (index + 1);
    button.setAttribute('aria-pressed', String(isSame(square, page.portrait.square)));
    button.addEventListener('click', () => useCrop(square));
    return button;
  }));
}

const useCrop = attempt(async (square) => {
  $('stage').setAttribute('aria-busy', 'true');
  try {
    await showPortrait(await withSession(() => told('POST', mine('crop'), square)));
  } finally {
    $('stage').removeAttribute('aria-busy');
    if (page.portrait) { page.box = page.portrait.square || middleSquare(); showBox(); showInPlace(); }
  }
});

// The square stays on the picture, and is no smaller than the program takes it.
function place(x, y, side) {
  const { width, height } = page.portrait;
  const size = clamp(side, 16, 2 * Math.max(width, height));
  page.box = { x: clamp(x, 0, width), y: clamp(y, 0, height), side: size };
  showBox();
  showInPlace();
}

function wireBox() {
  const box = $('box');
  let drag = null;
  box.addEventListener('pointerdown', (event) => {
    if (!page.portrait) return;
    event.preventDefault();
    box.focus();
    box.setPointerCapture(event.pointerId);
    const scale = page.portrait.width / $('overview').getBoundingClientRect().width;
    drag = { x: event.clientX, y: event.clientY, scale, box: { ...page.box }, resizes: event.target === $('grip') };
  });
  box.addEventListener('pointermove', (event) => {
    if (!drag) return;
    const dx = (event.clientX - drag.x) * drag.scale, dy = (event.clientY - drag.y) * drag.scale, { x, y, side } = drag.box;
    if (!drag.resizes) return place(x + dx, y + dy, side);
    // The opposite corner stays.
    const grown = Math.max(16 - side, (dx + dy) / 2);
    place(x + grown / 2, y + grown / 2, side + grown);
  });
  const end = () => {
    if (!drag) return;
    const before = drag.box;
    drag = null;
    if (!isSame(before, page.box)) useCrop(page.box);
  };
  for (const name of ['pointerup', 'pointercancel']) box.addEventListener(name, end);
  box.addEventListener('keydown', (event) => {
    if (!page.portrait) return;
    const { x, y, side } = page.box, step = Math.max(1, Math.round(side / 20));
    const moves = { ArrowLeft: [-step, 0, 0], ArrowRight: [step, 0, 0], ArrowUp: [0, -step, 0], ArrowDown: [0, step, 0], '+': [0, 0, step], '-': [0, 0, -step] };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    place(x + move[0], y + move[1], side + move[2]);
    clearTimeout(box.timer);
    box.timer = setTimeout(() => useCrop(page.box), 350);
  });
}

function paint(canvas, pixels, width, height) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.classList.toggle('coarse', width < 64);
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  for (let from = 0, to = 0; to < image.data.length; to += 4) {
    image.data[to] = pixels[from++];
    image.data[to + 1] = pixels[from++];
    image.data[to + 2] = pixels[from++];
    image.data[to + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

function explain(scale) {
  $('legend').textContent = view().explanation.replace('{scale}', scale || '');
}

function tick() {
  const now = performance.now();
  live.times.push(now);
  while (live.times[0] < now - 1500) live.times.shift();
  const count = live.times.length;
  if (count > 3) $('rate').textContent = ((count - 1) / (now - live.times[0]) * 1000).toFixed(0) + ' frames/s';
}

// MARK: The original, while a key is held

function hold(isHeld) {
  if (page.held === isHeld || !page.portrait) return;
  page.held = isHeld;
  $('hold').setAttribute('aria-pressed', String(isHeld));
  for (const canvas of [$('first'), $('second')]) {
    canvas.parentElement.classList.toggle('held', isHeld);
    if (!isHeld) continue;
    const original = $('original');
    Object.assign(canvas, { width: original.width, height: original.height });
    canvas.getContext('2d').drawImage(original, 0, 0);
  }
  showCaptions();
  showInPlace();
  if (!isHeld) want();
}

// MARK: Showing settings

function showTools() {
  $('undo').disabled = !past.length && JSON.stringify(settings) === committed;
  $('redo').disabled = !future.length;
  $('copy-slot').textContent = 'Copy to ' + (settings.slot === 'A' ? 'B' : 'A');
}

function showSettings() {
  const now = current();
  page.rows.forEach((row, index) => showRow(row, now.edit[index]));
  $('strength').value = now.strength;
  $('strength-value').textContent = now.strength.toFixed(2);
  $('motion-strength').value = now.motion_strength;
  $('motion-strength-value').textContent = now.motion_strength.toFixed(2);
  fill($('strength'));
  fill($('motion-strength'));
  for (const radio of document.getElementsByName('slot')) radio.checked = radio.value === settings.slot;
  for (const chip of $('chips').children) chip.setAttribute('aria-pressed', String(now.muted.includes(Number(chip.dataset.number))));
  showBeginning();
  showCanonical();
  showTools();
  drawCurves();
}

// Fills a slider from zero, or from its beginning, to its value.
function fill(slider) {
  const low = Number(slider.min), length = Number(slider.max) - low || 1;
  const part = (value) => clamp((value - low) / length, 0, 1);
  const [zero, value] = [part(slider.matches('.slider') ? 0 : low), part(Number(slider.value))];
  slider.style.setProperty('--from', Math.min(zero, value));
  slider.style.setProperty('--to', Math.max(zero, value));
}

function showRow(row, value) {
  const slider = row.querySelector('.slider'), amount = row.querySelector('.amount');
  // What was typed may lie beyond the useful range.
  if (value < Number(slider.min)) slider.min = value;
  if (value > Number(slider.max)) slider.max = value;
  slider.value = value;
  slider.setAttribute('aria-valuetext', shown(value));
  fill(slider);
  if (document.activeElement !== amount) amount.value = shown(value);
  row.classList.toggle('changed', value !== 0);
}

const label = (direction) => direction.name || 'direction ' + direction.number;

function showNames() {
  layOut();
  page.rows.forEach((row, index) => {
    const direction = page.model.directions[index];
    const name = row.querySelector('.name');
    name.textContent = direction.name || 'unnamed';
    name.classList.toggle('unnamed', !direction.name);
    name.setAttribute('aria-label', 'Rename ' + label(direction));
    row.querySelector('.slider').setAttribute('aria-label', label(direction) + ', ' + direction.number);
    row.querySelector('.amount').setAttribute('aria-label', 'Amount of ' + label(direction));
    row.querySelector('.rename').setAttribute('aria-label', 'Name of direction ' + direction.number);
  });
  for (const chip of $('chips').children) {
    const direction = page.model.directions[chip.dataset.number - 1];
    chip.textContent = direction.number + (direction.name ? ' ' + direction.name : '');
  }
}

function showCaptions() {
  const isMoving = Boolean(page.motion);
  const isSpeaking = isMoving && page.motion.is_speech;
  $('first-caption').textContent = page.held ? 'Original' : isSpeaking ? 'Speaking' : isMoving ? 'Relative' : 'Edited';
  $('second-pane').querySelector('figcaption').textContent = page.held ? 'Original' : 'Absolute';
  $('first').setAttribute('aria-label', isSpeaking ? 'The portrait, speaking' : isMoving ? 'The portrait in relative mode' : 'The edited portrait');
  $('second-pane').hidden = !isAbsoluteShown();
  $('modes').hidden = !isAbsoluteShown();
  showCanonical();
  if (!isAbsoluteShown()) document.querySelector('input[name="mode"][value="relative"]').checked = true;
  const hasFilm = isMoving || Boolean(page.portrait && page.portrait.is_moving);
  $('save-mp4').disabled = !hasFilm;
  $('save-mp4').title = hasFilm ? '' : 'Choose a driving video first';
}

// How the driving pose suits the portrait: where relative motion begins, and whether absolute transfer is offered.
function showFit() {
  const { fit } = page.motion;
  $('pose-note').hidden = fit.degrees === undefined;
  if (fit.degrees !== undefined) {
    $('pose-text').textContent = 'In its first frame the driving head is turned ' + fit.degrees + '\u00b0 from the portrait\u2019s. Relative motion begins there, and keeps the difference'
      + (fit.nearest === undefined ? '; a driving video that begins in about the portrait\u2019s pose suits better.' : '; frame ' + (fit.nearest + 1) + ' is nearer.');
    $('begin-near').hidden = fit.nearest === undefined;
    $('begin-near').textContent = 'Begin at frame ' + (fit.nearest + 1);
  }
  $('absolute-note').hidden = page.motion.is_speech || fit.absolute;
  if (fit.reach !== undefined) {
    $('absolute-text').textContent = 'Absolute mode would take this portrait ' + fit.reach.toFixed(1)
      + ' times as far from its own pose as the video moves: it suits the driving person, or one in the same pose.';
  }
  page.showsAbsolute = fit.absolute;
  $('show-absolute').setAttribute('aria-pressed', 'false');
}

function showBeginning() {
  const isChosen = Boolean(page.motion) && current().reference !== null;
  $('begin-near').setAttribute('aria-pressed', String(isChosen));
}

// Driving motion is added to the portrait's own, so that the canonical pose is where nothing drives.
function showCanonical() {
  const isPossible = Boolean(page.portrait && page.portrait.has_canonical_pose);
  $('canonical').hidden = !isPossible;
  $('canonical').disabled = Boolean(page.motion) && !page.motion.is_speech;
  $('canonical').setAttribute('aria-pressed', String(current().canonical));
}

// A hundredth of the slider or less: 0.05 for a range of 6.
const stepOf = ({ low, high }) => {
  const length = high - low;
  return length > 10 ? 0.5 : length > 2 ? 0.05 : length > 0.6 ? 0.01 : 0.001;
};

const UNNAMED = 'Unnamed';
const HEADINGS = ['Head', 'Eyes', 'Mouth', 'Others', UNNAMED];

// The headings of the list, in their order: the family's own, or those of names.
function headings() {
  const found = [...new Set(page.model.directions.map(({ group }) => group || UNNAMED))];
  return found.every((heading) => HEADINGS.includes(heading)) ? HEADINGS.filter((heading) => found.includes(heading)) : found;
}

// Lays the rows out in groups; what has no name is folded away where something has.
let laidOut = '';
function layOut() {
  const wanted = JSON.stringify(page.model.directions.map(({ group }) => group));
  if (wanted === laidOut && $('list').firstChild) return;
  laidOut = wanted;
  const focused = document.activeElement, names = headings();
  $('list').replaceChildren(...names.map((heading) => {
    const rows = document.createElement('ul');
    page.model.directions.forEach((direction, index) => { if ((direction.group || UNNAMED) === heading) rows.append(page.rows[index]); });
    if (names.length === 1) return rows;
    const group = document.createElement('details'), summary = document.createElement('summary'), count = document.createElement('span');
    group.className = 'group';
    group.open = !(page.folded[heading] ?? heading === UNNAMED);
    count.textContent = rows.children.length;
    summary.append(heading, count);
    summary.addEventListener('click', () => { page.folded[heading] = group.open; });
    group.append(summary, rows);
    return group;
  }));
  if ($('list').contains(focused)) focused.focus({ preventScroll: true });
}

function buildList() {
  laidOut = '';
  page.folded = {};
  $('list').replaceChildren();
  page.rows = page.model.directions.map((direction, index) => {
    const row = $('direction').content.firstElementChild.cloneNode(true);
    row.dataset.number = direction.number;
    row.querySelector('.number').textContent = direction.number;
    const slider = row.querySelector('.slider'), amount = row.querySelector('.amount');
    Object.assign(slider, { min: direction.low, max: direction.high, step: stepOf(direction), value: 0 });
    amount.step = stepOf(direction);
    const set = (value) => {
      current().edit[index] = clamp(value, -1000, 1000);
      showRow(row, current().edit[index]);
      showTools();
      want();
    };
    slider.addEventListener('input', () => set(Number(slider.value)));
    slider.addEventListener('change', commit);
    slider.addEventListener('dblclick', () => { set(0); commit(); });
    amount.addEventListener('input', () => { if (amount.value !== '' && amount.validity.valid || amount.validity.stepMismatch) set(Number(amount.value)); });
    amount.addEventListener('change', () => {
      amount.value = shown(current().edit[index]);
      commit();
    });
    amount.addEventListener('focus', () => amount.select());
    enableRenaming(row, index);
    return row;
  });
  showNames();
}

function enableRenaming(row, index) {
  const name = row.querySelector('.name'), field = row.querySelector('.rename');
  let isOpen = false;
  const close = () => {
    isOpen = false;
    field.hidden = true;
    name.hidden = false;
  };
  const save = attempt(async () => {
    if (!isOpen) return;
    const wanted = field.value.trim();
    const before = page.model.directions[index].name || '';
    if (wanted === before) return close();
    isOpen = false;
    try {
      page.model.directions = await withSession(() => told('PUT', mine('names/' + (index + 1)), { name: wanted || null }));
      // Where the list was not in groups, what is in use is not folded away.
      if (!row.closest('details')) page.folded[UNNAMED] ??= false;
      say('Direction ' + (index + 1) + (wanted ? ' is now called ' + wanted : ' has no name now'));
      close();
      showNames();
      refreshCommand();
    } catch (error) {
      isOpen = true;
      field.focus();
      throw error;
    }
  });
  name.addEventListener('click', () => {
    isOpen = true;
    field.value = page.model.directions[index].name || '';
    name.hidden = true;
    field.hidden = false;
    field.focus();
    field.select();
  });
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') { save().then(() => { if (!isOpen) name.focus(); }); }
    if (event.key === 'Escape') { close(); clearError(); name.focus(); }
    event.stopPropagation();
  });
  field.addEventListener('blur', save);
}

// What each direction does at both ends, one direction after another, between the live frames.
let endsRun = 0;
async function loadEnds() {
  const run = ++endsRun;
  for (const row of $('list').querySelectorAll('.direction')) {
    const index = Number(row.dataset.number) - 1;
    try {
      const response = await withSession(() => ask('GET', mine('ends/' + (index + 1))));
      if (run !== endsRun) return;
      const pixels = new Uint8Array(await response.arrayBuffer());
      const width = Number(response.headers.get('Lia-Width')), height = Number(response.headers.get('Lia-Height'));
      row.querySelectorAll('.end').forEach((canvas, end) =>
        paint(canvas, pixels.subarray(end * width * height * 3), width, height));
    } catch { return; }
  }
}

// MARK: Portraits and models

const usePicture = attempt(async (source) => {
  if (source instanceof File) {
    const isPicture = kindOf(source) === 'picture', most = isPicture ? page.start.picture_bytes : page.start.motion_bytes;
    if (source.size > most) {
      throw new Refusal(413, source.name + ' is too large: a ' + (isPicture ? 'picture' : 'video') + ' may have at most ' + Math.round(most / 1048576) + ' MB.');
    }
  }
  $('welcome-wait').hidden = false;
  $('stage').setAttribute('aria-busy', 'true');
  try {
    const portrait = await withSession(() => sendPicture(source));
    page.pictureSource = source;
    await showPortrait(portrait);
  } finally {
    $('welcome-wait').hidden = true;
    $('stage').removeAttribute('aria-busy');
  }
  const motion = page.pending;
  wait(null);
  if (motion) await useMotion(motion);
  else if (page.motion) await refreshFit();
});

// Keeps what is to move a portrait until there is one.
function wait(motion) {
  page.pending = motion;
  $('pending').hidden = !motion;
  if (!motion) return;
  const kind = kindOf(motion), isVideo = kind === 'video';
  $('pending-text').textContent = motion.name + (kind === 'sound' ? ' is ready: drop the portrait that speaks it.' : ' is ready: drop the portrait that it moves.');
  $('pending-use').hidden = !isVideo;
  $('welcome-title').textContent = 'Now a portrait';
  $('welcome-text').hidden = true;
  say($('pending-text').textContent);
}

// Another portrait stands otherwise to the same motion.
async function refreshFit() {
  page.motion.fit = (await withSession(() => told('GET', mine('motion')))).fit;
  showFit();
  showCaptions();
}

async function showPortrait(portrait) {
  const isFirst = !page.portrait;
  page.portrait = portrait;
  const response = await ask('GET', mine('original'));
  const pixels = new Uint8Array(await response.arrayBuffer());
  paint($('original'), pixels, Number(response.headers.get('Lia-Width')), Number(response.headers.get('Lia-Height')));
  await loadOverview();
  $('welcome').hidden = true;
  $('work').hidden = false;
  $('another').hidden = false;
  showCaptions();
  showSettings();
  want();
  loadEnds();
  refreshCommand();
  say('Portrait ' + portrait.name + ' is ready');
  if (isFirst) $('list').querySelector('.slider')?.focus({ preventScroll: true });
}

// What of the network's work is shown.
const view = () => page.model.views.find(({ name }) => name === page.view) || page.model.views[0];

function buildViews() {
  $('views').replaceChildren(...page.model.views.map(({ name, label }) => {
    const choice = document.createElement('label'), radio = document.createElement('input'), text = document.createElement('span');
    Object.assign(radio, { type: 'radio', name: 'view', value: name, checked: name === page.view });
    text.textContent = label;
    choice.append(radio, text);
    return choice;
  }));
  showLevels();
}

// The levels of the view; the same one stays chosen where the view has it, else the finest.
function showLevels() {
  const level = $('level'), before = Number(level.value), { sides } = view(), hadLevels = level.options.length;
  level.replaceChildren(...sides.map((side, index) => new Option(side + ' px', index)));
  level.value = hadLevels && before + 1 < hadLevels && before < sides.length ? before : sides.length - 1;
}

function showModel(model) {
  page.model = model;
  page.view = (model.views.find(({ name }) => name === page.view) || model.views[0]).name;
  $('level').replaceChildren();
  buildViews();
  resetHistory();
  buildList();
}

const useModel = attempt(async (name) => {
  const hadMotion = Boolean(page.motion);
  $('stage').setAttribute('aria-busy', 'true');
  try {
    const model = await withSession(() => told('POST', mine('model'), { model: name }));
    dropMotion();
    showModel(model);
    showCaptions();
    showSettings();
    if (page.portrait) {
      page.motion = null;
      const response = await ask('GET', mine('original'));
      const side = Number(response.headers.get('Lia-Width'));
      paint($('original'), new Uint8Array(await response.arrayBuffer()), side, side);
      want();
      loadEnds();
      refreshCommand();
      if (hadMotion) await followEncoding();
    }
    say('Model ' + name + ' is ready');
  } catch (error) {
    $('model').value = page.model.name;
    throw error;
  } finally { $('stage').removeAttribute('aria-busy'); }
});

// MARK: Motion

const player = { isPlaying: false, began: 0 };

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// Asks how far the program's work is until it is done.
async function follow(kind) {
  const [box, bar, text] = [$(kind + '-wait'), $(kind + '-progress'), $(kind + '-progress-text')];
  box.hidden = false;
  bar.removeAttribute('value');
  try {
    for (;;) {
      const job = await told('GET', mine('job'));
      if (job.total) bar.value = job.done / job.total;
      text.textContent = job.done + (job.total ? ' of ' + job.total : '') + ' frames';
      if (job.phase === 'done') return job;
      if (job.phase === 'failed') throw new Refusal(422, job.message);
      await pause(150);
    }
  } finally { box.hidden = true; }
}

async function followEncoding() {
  $('motion-hint').hidden = true;
  try {
    const job = await follow('motion');
    page.motion = await told('GET', mine('motion'));
    page.frame = 0;
    showMotion();
    refreshCommand();
    if (job.message) showError(new Refusal(200, job.message));
  } finally { $('motion-hint').hidden = Boolean(page.motion); }
}

const useMotion = attempt(async (source) => {
  if (!page.portrait) return wait(source);
  if (kindOf(source) === 'sound' && page.portrait.is_moving) throw new Refusal(409, 'A picture speaks, not a video: choose a picture first.');
  if (source instanceof File && source.size > page.start.motion_bytes) {
    throw new Refusal(413, source.name + ' is too large: a video may have at most ' + Math.round(page.start.motion_bytes / 1048576) + ' MB.');
  }
  play(false);
  await withSession(() => sendMotion(source));
  beginAtFirst();
  await followEncoding();
  page.motionSource = source;
  hear(page.motion.is_speech ? source : null);
  play(page.motion.times.length > 1);
});

function showMotion() {
  const { motion } = page;
  $('player').hidden = false;
  $('motion-name').textContent = motion.name + ' \u00b7 ' + motion.times.length + (motion.times.length === 1 ? ' frame' : ' frames') + ' \u00b7 ' + motion.duration.toFixed(1) + ' s';
  $('scrub').max = motion.times.length - 1;
  const isSpeech = page.motion.is_speech, isAlong = page.model.drives_directions && !isSpeech;
  $('motion-strength').parentElement.hidden = isSpeech;
  $('follow-row').hidden = isSpeech;
  showFit();
  for (const id of ['curves', 'curves-note', 'chips']) $(id).hidden = !isAlong;
  $('chips').replaceChildren(...(isAlong ? page.model.directions : []).map((direction) => {
    const chip = document.createElement('button');
    chip.type = 'button';
    chip.dataset.number = direction.number;
    chip.style.setProperty('--curve', curveColor(direction.number));
    chip.addEventListener('click', () => mute(direction.number));
    return chip;
  }));
  showNames();
  showCaptions();
  showSettings();
  showFrame(0);
}

function beginAtFirst() {
  for (const slot of [settings.A, settings.B]) slot.reference = null;
  committed = JSON.stringify(settings);
}

// Has a sound heard while the motion plays; nothing where null.
function hear(source) {
  if (page.sound) { page.sound.pause(); URL.revokeObjectURL(page.sound.src); }
  page.sound = source instanceof File ? new Audio(URL.createObjectURL(source)) : null;
}

function dropMotion() {
  play(false);
  page.motion = null;
  $('player').hidden = true;
  $('follow-row').hidden = false;
  $('motion-hint').hidden = false;
}

function mute(number) {
  change((now) => {
    now.muted = now.muted.includes(number) ? now.muted.filter((other) => other !== number) : [...now.muted, number];
  });
  say(label(page.model.directions[number - 1]) + (current().muted.includes(number) ? ' is muted' : ' is transferred'));
}

function showFrame(index) {
  page.frame = index;
  $('scrub').value = index;
  fill($('scrub'));
  $('scrub').setAttribute('aria-valuetext', page.motion.times[index].toFixed(2) + ' seconds');
  $('time').textContent = page.motion.times[index].toFixed(1) + ' / ' + page.motion.duration.toFixed(1) + ' s';
  drawCurves();
  want();
}

function play(isPlaying) {
  if (!page.motion) isPlaying = false;
  player.isPlaying = isPlaying;
  $('play').textContent = isPlaying ? 'Pause' : 'Play';
  $('play').setAttribute('aria-pressed', String(isPlaying));
  if (page.sound) {
    page.sound.pause();
    if (isPlaying) {
      page.sound.currentTime = page.motion.times[page.frame];
      // A browser may want a click first; the mouth moves all the same.
      page.sound.play().catch(() => {});
    }
  }
  if (!isPlaying) return;
  player.began = performance.now() - page.motion.times[page.frame] * 1000;
  requestAnimationFrame(step);
}

// Follows the clock: where frames come slower than the video's, some are left out.
function step(now) {
  if (!player.isPlaying || !page.motion) return;
  const { times, duration } = page.motion;
  const time = Math.max(0, (now - player.began) / 1000) % Math.max(duration, 0.04);
  let index = times.findIndex((other) => other > time);
  index = index < 0 ? times.length - 1 : Math.max(0, index - 1);
  // From the end to the beginning, the sound too.
  if (page.sound && index < page.frame) { page.frame = index; return play(true); }
  if (index !== page.frame) showFrame(index);
  requestAnimationFrame(step);
}

// Hues as far apart as so many can be.
const curveColor = (number) => 'hsl(' + (number * 137.5) % 360 + ' 65% 52%)';

// How far a direction's magnitude is from its first: its own level would press all motion flat.
const moved = (frame, index) => page.motion.magnitudes[frame][index] - page.motion.magnitudes[0][index];

function curveScale() {
  let low = 0, high = 0;
  page.motion.magnitudes.forEach((values, frame) => values.forEach((_, index) => {
    low = Math.min(low, moved(frame, index));
    high = Math.max(high, moved(frame, index));
  }));
  const room = Math.max(high - low, 0.01) * 0.06;
  return { low: low - room, high: high + room };
}

function drawCurves() {
  if (!page.motion || $('player').hidden || !page.model.drives_directions || page.motion.is_speech) return;
  const canvas = $('curves'), box = canvas.getBoundingClientRect(), density = window.devicePixelRatio || 1;
  const width = box.width, height = box.height;
  if (!width) return;
  const wide = Math.round(width * density), high = Math.round(height * density);
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const context = canvas.getContext('2d');
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  const { magnitudes, times, duration } = page.motion;
  const scale = page.motion.scale ??= curveScale();
  const x = (frame) => times[frame] / Math.max(duration, 0.001) * width;
  const y = (value) => height * (scale.high - value) / (scale.high - scale.low);
  const style = getComputedStyle(document.documentElement);
  const line = (color, thickness, dash, alpha, draw) => {
    Object.assign(context, { strokeStyle: color, lineWidth: thickness, globalAlpha: alpha });
    context.setLineDash(dash);
    context.beginPath();
    draw();
    context.stroke();
  };
  line(style.getPropertyValue('--line'), 1, [], 1, () => { context.moveTo(0, y(0)); context.lineTo(width, y(0)); });
  // No more points than pixels.
  const stride = Math.max(1, Math.floor(magnitudes.length / width));
  page.model.directions.forEach((direction, index) => {
    const isMuted = current().muted.includes(direction.number);
    line(isMuted ? style.getPropertyValue('--soft') : curveColor(direction.number), isMuted ? 1 : 1.6, isMuted ? [3, 4] : [], isMuted ? 0.55 : 1, () => {
      for (let frame = 0; frame < magnitudes.length; frame += stride) context.lineTo(x(frame), y(moved(frame, index)));
    });
  });
  line(style.getPropertyValue('--text'), 1.5, [], 0.8, () => { context.moveTo(x(page.frame), 0); context.lineTo(x(page.frame), height); });
  context.globalAlpha = 1;
}

function clickCurve(event) {
  const box = $('curves').getBoundingClientRect();
  const { times, duration, scale } = page.motion;
  const time = (event.clientX - box.left) / box.width * duration;
  const frame = Math.max(0, times.findLastIndex((other) => other <= time));
  const distance = (value) => Math.abs(box.height * (scale.high - value) / (scale.high - scale.low) - (event.clientY - box.top));
  const values = page.model.directions.map((_, index) => moved(frame, index));
  const nearest = values.reduce((best, value, index) => (distance(value) < distance(values[best]) ? index : best), 0);
  if (distance(values[nearest]) < 14) mute(nearest + 1);
  else { play(false); showFrame(frame); }
}

// MARK: Saving

const savedMode = () => document.querySelector('input[name="mode"]:checked').value;

const saveWish = (kind) => ({
  kind, settings: { ...current(), reference: beginning() }, frame: page.motion ? page.frame : null, mode: page.motion ? savedMode() : 'relative',
});

const save = (kind) => attempt(async () => {
  const button = $('save-' + kind);
  button.disabled = true;
  try {
    await withSession(() => told('POST', mine('save'), saveWish(kind)));
    if (kind === 'mp4') await follow('save');
    const link = document.createElement('a');
    link.href = '/api/' + mine('saved');
    link.download = '';
    document.body.append(link);
    link.click();
    link.remove();
    say('Saved');
  } finally { button.disabled = false; showCaptions(); }
});

let commandTimer = 0;
function refreshCommand() {
  if (!$('command-details').open || !page.portrait) return;
  clearTimeout(commandTimer);
  commandTimer = setTimeout(attempt(async () => {
    $('command').textContent = (await withSession(() => told('POST', mine('save'), saveWish('command')))).command;
  }), 80);
}

const copyCommand = attempt(async () => {
  const text = $('command').textContent;
  try { await navigator.clipboard.writeText(text); } catch {
    // Some browsers give pages of other machines no clipboard.
    const range = document.createRange();
    range.selectNodeContents($('command'));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    document.execCommand('copy');
  }
  $('copy-command').textContent = 'Copied';
  setTimeout(() => { $('copy-command').textContent = 'Copy'; }, 1500);
  say('The command line is copied');
});

// MARK: Files that are chosen or dropped

// 'picture', 'video', 'sound' or 'motion', by what the browser, or its name, says of a file.
function kindOf(source) {
  if (!(source instanceof File)) return 'picture';
  const { type } = source, name = source.name.toLowerCase();
  if (type.startsWith('image/') && type !== 'image/gif' || /\.(png|jpe?g|webp|bmp|tiff?|qoi|hei[cf]|avif|p[gnp]m)$/.test(name)) return 'picture';
  if (type.startsWith('audio/') || /\.(wav|mp3|m4a|aac|flac|ogg|oga|opus|aiff?|wma)$/.test(name)) return 'sound';
  return type.startsWith('video/') || type === 'image/gif' || /\.(mp4|m4v|mov|mkv|webm|avi|gif)$/.test(name) ? 'video' : 'motion';
}

// Files are taken by kind: a picture as the portrait, then what moves it.
async function useFiles(files) {
  const picture = files.find((file) => kindOf(file) === 'picture');
  const mover = files.find((file) => kindOf(file) !== 'picture');
  if (picture && mover) {
    wait(mover);
    await usePicture(picture);
  } else if (picture) await usePicture(picture);
  else if (mover) await useMotion(mover);
  const left = files.filter((file) => file !== picture && file !== mover).map(({ name }) => name);
  if (left.length) showError(new Refusal(200, 'A portrait and one thing that moves it go together; left out: ' + left.join(', ')));
}

// Drawn people to begin with.
async function buildGallery() {
  const response = await ask('GET', 'examples');
  const width = Number(response.headers.get('Lia-Width')), height = Number(response.headers.get('Lia-Height'));
  const pixels = new Uint8Array(await response.arrayBuffer()), size = 3 * width * height;
  $('gallery').replaceChildren(...Array.from({ length: pixels.length / size }, (_, index) => {
    const button = document.createElement('button'), canvas = document.createElement('canvas');
    button.type = 'button';
    button.setAttribute('aria-label', 'Drawn person ' + (index + 1));
    paint(canvas, pixels.subarray(index * size, (index + 1) * size), width, height);
    canvas.setAttribute('aria-hidden', 'true');
    button.append(canvas);
    button.addEventListener('click', () => usePicture('example&number=' + index));
    return button;
  }));
}

let dragDepth = 0;
function showShade(depth) {
  dragDepth = Math.max(0, depth);
  $('shade').hidden = dragDepth === 0;
}

function chooseWith(input, use) {
  input.addEventListener('change', () => {
    const [file] = input.files;
    input.value = '';
    if (file) use(file);
  });
}

// MARK: Wiring

function wire() {
  wireBox();
  // Another face is followed in the same video.
  for (const id of ['driving-face', 'driving-follow']) {
    $(id).addEventListener('change', () => { if (page.motionSource instanceof File) useMotion(page.motionSource); });
  }
  $('alert-close').addEventListener('click', clearError);
  $('choose').addEventListener('click', () => $('picture-file').click());
  $('another').addEventListener('click', () => $('picture-file').click());
  $('example').addEventListener('click', () => usePicture('example'));
  $('start').addEventListener('click', () => usePicture('start'));
  $('pending-use').addEventListener('click', () => {
    const video = page.pending;
    wait(null);
    usePicture(video);
  });
  $('begin-near').addEventListener('click', () => change((now) => { now.reference = now.reference === null ? page.motion.fit.nearest : null; }));
  $('show-absolute').addEventListener('click', () => {
    page.showsAbsolute = !page.showsAbsolute;
    $('show-absolute').setAttribute('aria-pressed', String(page.showsAbsolute));
    showCaptions();
    want();
  });
  $('choose-motion').addEventListener('click', () => $('motion-file').click());
  $('example-motion').addEventListener('click', () => useMotion('example'));
  chooseWith($('picture-file'), usePicture);
  chooseWith($('motion-file'), useMotion);
  $('model').addEventListener('change', () => useModel($('model').value));

  $('views').addEventListener('change', (event) => { page.view = event.target.value; showLevels(); want(); });
  $('level').addEventListener('change', want);
  const holding = $('hold');
  holding.addEventListener('pointerdown', () => hold(true));
  for (const name of ['pointerup', 'pointerleave', 'pointercancel', 'blur']) holding.addEventListener(name, () => hold(false));
  holding.addEventListener('keydown', (event) => { if (event.key === ' ' || event.key === 'Enter') { event.preventDefault(); hold(true); } });
  holding.addEventListener('keyup', () => hold(false));

  $('undo').addEventListener('click', undo);
  $('redo').addEventListener('click', redo);
  $('reset').addEventListener('click', () => change((now) => Object.assign(now, fresh(), { muted: now.muted, motion_strength: now.motion_strength, reference: now.reference })));
  $('random').addEventListener('click', () => change((now) => {
    now.edit = page.model.directions.map(({ low, high }) => {
      // Three of them make a bell curve.
      const part = (Math.random() + Math.random() + Math.random()) / 1.5 - 1;
      const step = stepOf({ low, high });
      return Number((Math.round(part * (part < 0 ? -low : high) * 0.6 / step) * step).toFixed(3));
    });
  }));
  $('canonical').addEventListener('click', () => change((now) => { now.canonical = !now.canonical; }));
  $('mirror').addEventListener('click', () => change((now) => { now.edit = now.edit.map((value) => -value || 0); }));
  $('slots').addEventListener('change', (event) => { settings.slot = event.target.value; showSettings(); commit(); want(); });
  $('copy-slot').addEventListener('click', () => {
    const other = settings.slot === 'A' ? 'B' : 'A';
    settings[other] = clone(current());
    commit();
    say('Setting ' + settings.slot + ' is copied to ' + other);
  });
  for (const [id, key] of [['strength', 'strength'], ['motion-strength', 'motion_strength']]) {
    $(id).addEventListener('input', () => {
      current()[key] = Number($(id).value);
      $(id + '-value').textContent = current()[key].toFixed(2);
      fill($(id));
      want();
    });
    $(id).addEventListener('change', commit);
    $(id).addEventListener('dblclick', () => change((now) => { now[key] = 1; }));
  }

  $('play').addEventListener('click', () => play(!player.isPlaying));
  $('scrub').addEventListener('input', () => { play(false); showFrame(Number($('scrub').value)); });
  $('curves').addEventListener('click', clickCurve);
  $('motion-remove').addEventListener('click', attempt(async () => {
    page.motionSource = null;
    hear(null);
    beginAtFirst();
    dropMotion();
    showCaptions();
    want();
    refreshCommand();
    await ask('DELETE', mine('motion'));
  }));
  for (const id of ['motion-cancel', 'save-cancel']) $(id).addEventListener('click', attempt(() => ask('DELETE', mine('job'))));

  for (const kind of ['png', 'mp4', 'json']) $('save-' + kind).addEventListener('click', save(kind));
  $('modes').addEventListener('change', refreshCommand);
  $('command-details').addEventListener('toggle', refreshCommand);
  $('copy-command').addEventListener('click', copyCommand);

  document.addEventListener('keydown', (event) => {
    const isTyping = event.target.matches('input[type="text"], input[type="number"], select, pre');
    if ((event.ctrlKey || event.metaKey) && !isTyping) {
      const key = event.key.toLowerCase();
      if (key === 'z') { event.preventDefault(); (event.shiftKey ? redo : undo)(); }
      if (key === 'y') { event.preventDefault(); redo(); }
      return;
    }
    if (isTyping || event.altKey) return;
    if (event.key === 'o' || event.key === 'O') hold(true);
    if (event.key === ' ' && page.motion && event.target === document.body) { event.preventDefault(); play(!player.isPlaying); }
  });
  document.addEventListener('keyup', (event) => { if (event.key === 'o' || event.key === 'O') hold(false); });
  window.addEventListener('blur', () => hold(false));
  window.addEventListener('resize', drawCurves);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawCurves);

  window.addEventListener('dragenter', (event) => { event.preventDefault(); showShade(dragDepth + 1); });
  window.addEventListener('dragleave', () => showShade(dragDepth - 1));
  window.addEventListener('dragover', (event) => event.preventDefault());
  window.addEventListener('drop', (event) => {
    event.preventDefault();
    showShade(0);
    const files = [...event.dataTransfer.files];
    if (files.length) useFiles(files);
  });

  // What this page holds in the program is freed when it goes.
  window.addEventListener('pagehide', () => { if (page.session) navigator.sendBeacon('/api/' + mine('end')); });
  window.addEventListener('pageshow', (event) => { if (event.persisted) recover().then(want).catch(showError); });
  setInterval(async () => {
    try {
      const directions = await withSession(() => told('POST', mine('alive')));
      // Names that another page, or the command, has given meanwhile.
      if (directions.length === page.model.directions.length) { page.model.directions = directions; showNames(); }
    } catch { /* the next thing that is asked says what is wrong */ }
  }, 20000);
}

async function main() {
  wire();
  try {
    page.start = await told('GET', 'start');
    $('model').replaceChildren(...page.start.models.map((name) => new Option(name, name)));
    $('model').value = page.start.model;
    $('start').hidden = !page.start.has_picture;
    showModel(await begin(null));
    document.body.dataset.ready = 'true';
    buildGallery().catch(() => {});
    if (page.start.has_picture) await usePicture('start');
  } catch (error) { showError(error); }
}

main();
