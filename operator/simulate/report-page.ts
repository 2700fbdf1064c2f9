/** What every report looks like and does: colors for light and dark, and a tip where something is pointed at. */

const COLORS = [
  ['#c2185b', '#f48fb1'],
  ['#1565c0', '#90caf9'],
  ['#2e7d32', '#a5d6a7'],
  ['#ef6c00', '#ffcc80'],
  ['#6a1b9a', '#ce93d8'],
  ['#00838f', '#80deea'],
  ['#5d4037', '#bcaaa4'],
] as const;

/** CSS class of the color of the policy with this index. */
export function colorClass(index: number): string {
  return `c${index % COLORS.length}`;
}

const rules = (scheme: 0 | 1) =>
  COLORS.map((pair, index) => `.c${index} { color: ${pair[scheme]} }`).join('\n');

/** Colors are set as `color` by class; lines stroke and marks fill with what is current. */
export const style = `
:root { color-scheme: light dark; --ink: #222; --paper: #fff; --faint: #e4e4e4 }
body { font: 14px system-ui, sans-serif; max-width: 1240px; margin: 2em auto; padding: 0 1em;
  color: var(--ink); background: var(--paper) }
table { border-collapse: collapse } td, th { padding: .2em .8em; text-align: right }
td:first-child { text-align: left; font-weight: 600 }
svg { width: 100%; overflow: visible } text { font-size: 11px; fill: var(--ink); opacity: .7 } line { stroke: var(--faint) }
polyline { fill: none; stroke: currentColor; stroke-width: 1.2 } rect { fill: currentColor }
.load { color: #888 }
#tip { position: fixed; max-width: 30em; padding: .4em .7em; border: 1px solid var(--faint);
  background: var(--paper); color: var(--ink); pointer-events: none; box-shadow: 0 1px 4px #0003 }
#tip[hidden] { display: none }
${rules(0)}
@media (prefers-color-scheme: dark) {
:root { --ink: #ddd; --paper: #161616; --faint: #333 }
${rules(1)}
}`;

/** Shows the text of what is under the pointer beside it, on the side where there is room. */
export const script = `
const tip = document.getElementById('tip');
addEventListener('pointermove', (event) => {
  const text = event.target.dataset?.tip;
  tip.hidden = text === undefined;
  if (text === undefined) return;
  tip.textContent = text;
  const { clientX: x, clientY: y } = event;
  const isLeft = x < innerWidth / 2;
  const isAbove = y < innerHeight / 2;
  Object.assign(tip.style, {
    left: isLeft ? x + 12 + 'px' : '', right: isLeft ? '' : innerWidth - x + 12 + 'px',
    top: isAbove ? y + 12 + 'px' : '', bottom: isAbove ? '' : innerHeight - y + 12 + 'px',
  });
});`;
