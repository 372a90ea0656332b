'use strict';
(() => {
  const root = document.documentElement;
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const button = (text, act) => {
    const b = document.createElement('button');
    b.type = 'button';
    b.textContent = text;
    b.addEventListener('click', () => act(b));
    return b;
  };
  root.classList.add('js');

  // What a screen reader says when something happened that is only seen.
  const status = document.createElement('p');
  status.className = 'unseen';
  status.setAttribute('role', 'status');
  document.body.append(status);

  const folds = all('details');
  const tools = document.getElementById('tools');
  if (folds.length > 0) {
    tools.append(button('Unfold all', b => {
      const open = b.textContent === 'Unfold all';
      folds.forEach(d => { d.open = open; });
      b.textContent = open ? 'Fold all' : 'Unfold all';
    }));
  }

  // Colors: those of the system until the button was pressed; nothing remembers it.
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : system.matches;
  const theme = button('', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    label();
  });
  const label = () => { theme.textContent = isDark() ? 'Light colors' : 'Dark colors'; };
  system.addEventListener('change', label);
  label();
  tools.append(theme);

  // Copying.
  const byHand = text => {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'unseen';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  };
  const copy = text => {
    if (!navigator.clipboard) return Promise.resolve(byHand(text));
    return navigator.clipboard.writeText(text).then(() => true, () => byHand(text));
  };
  all('.commands').forEach(box => {
    const code = box.querySelector('code');
    const b = button('Copy', () => copy(code.textContent.trimEnd()).then(done => {
      b.focus();
      if (!done) getSelection().selectAllChildren(code);
      b.textContent = done ? 'Copied' : 'Selected';
      status.textContent = done ? 'Copied' : 'Could not copy: the commands are selected';
      setTimeout(() => { b.textContent = 'Copy'; status.textContent = ''; }, 2500);
    }));
    box.append(b);
  });

  // The picture: what is pointed at shows its facts, what was chosen keeps showing them.
  all('.picture').forEach(figure => {
    const facts = all('.fact', figure);
    if (facts.length === 0) return;
    const asked = facts.find(f => '#' + f.id === location.hash);
    let chosen = (asked || facts[facts.length - 1]).id;
    const show = id => {
      facts.forEach(f => f.classList.toggle('shown', f.id === id));
      all('.node', figure).forEach(n => n.classList.toggle('chosen', 'facts-' + n.id === id));
    };
    all('.node', figure).forEach(node => {
      const id = 'facts-' + node.id;
      if (!document.getElementById(id)) return;
      node.addEventListener('pointerenter', () => show(id));
      node.addEventListener('pointerleave', () => show(chosen));
      node.addEventListener('focusin', () => { chosen = id; show(id); });
      node.addEventListener('click', event => {
        const link = event.target.closest('a');
        if (link ? link.getAttribute('href') !== '#' + id : false) return;
        event.preventDefault();
        chosen = id;
        show(id);
        document.getElementById(id).scrollIntoView({ block: 'nearest' });
      });
    });
    all('.node > a > title, .node > title', figure).forEach(t => t.remove()); // they are for those without scripts
    show(chosen);

    // The fault is what is seen first of a picture that is wider than the page.
    const canvas = figure.querySelector('.canvas');
    const fault = document.getElementById(chosen.slice('facts-'.length));
    if (!fault) return;
    const box = fault.getBoundingClientRect();
    const frame = canvas.getBoundingClientRect();
    canvas.scrollLeft = box.left + box.width / 2 - frame.left - frame.width / 2;
  });

  // A finding and its place light up together.
  all('article.host').forEach(host => {
    const places = i => all('[data-findings~="' + i + '"]', host);
    const light = (on, i) => {
      places(i).forEach(p => p.classList.toggle('lit', on));
      all('.canvas', host).forEach(c => c.classList.toggle('lighting', on));
    };
    all('[data-finding]', host).forEach(finding => {
      const i = finding.dataset.finding;
      if (places(i).length === 0) return;
      finding.addEventListener('pointerenter', () => light(true, i));
      finding.addEventListener('pointerleave', () => light(false, i));
      finding.addEventListener('focusin', () => light(true, i));
      finding.addEventListener('focusout', () => light(false, i));
    });
    all('[data-findings]', host).forEach(place => {
      const lit = on => place.dataset.findings.split(' ').forEach(i =>
        all('[data-finding="' + i + '"]', host).forEach(f => f.classList.toggle('lit', on)));
      place.addEventListener('pointerenter', () => lit(true));
      place.addEventListener('pointerleave', () => lit(false));
      place.addEventListener('focusin', () => lit(true));
      place.addEventListener('focusout', () => lit(false));
    });
  });

  // What is wider than the page is scrolled with the arrow keys.
  const wide = () => all('.wide, .canvas').forEach(box => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute('tabindex');
  });
  addEventListener('resize', wide);
  folds.forEach(d => d.addEventListener('toggle', wide));
  wide();

  // What a link leads to is unfolded.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    for (let e = target; e; e = e.parentElement) {
      if (e.tagName === 'DETAILS') e.open = true;
    }
    if (target) target.scrollIntoView();
  };
  addEventListener('hashchange', reveal);
  if (location.hash) reveal();

  // On paper everything is unfolded.
  let folded = [];
  addEventListener('beforeprint', () => {
    folded = folds.filter(d => !d.open);
    folded.forEach(d => { d.open = true; });
  });
  addEventListener('afterprint', () => folded.forEach(d => { d.open = false; }));
})();
