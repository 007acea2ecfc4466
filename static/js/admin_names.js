// Names for screen readers where scripts of the admin make fields without one: the fields with
// search (Select2) and the hints above the two lists of rights.
'use strict';

const labelOf = select => select.labels[0];

function nameSelection(box) {
  const select = box.previousElementSibling;
  const label = select && select.labels && labelOf(select);
  if (!label) return;
  label.id = label.id || `${select.id}-label`;
  const value = box.querySelector('.select2-selection__rendered');
  const combobox = box.querySelector('[role=combobox]');
  const search = box.querySelector('.select2-search__field');
  if (value && value.getAttribute('role') === 'textbox')
    value.setAttribute('aria-labelledby', label.id);
  if (combobox) combobox.setAttribute('aria-labelledby', `${label.id} ${value.id}`);
  if (search) search.setAttribute('aria-labelledby', label.id);
}

function nameOpened(box) {
  const opened = document.querySelector('.select2-container--open');
  const select = opened && opened.previousElementSibling;
  const search = box.querySelector('.select2-search__field');
  if (!search || !select || !select.labels || !labelOf(select)) return;
  const name = labelOf(select).textContent.trim();
  search.setAttribute('aria-label', name);
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', name);
  const combobox = opened.querySelector('[role=combobox]');
  if (combobox) combobox.setAttribute('aria-controls', search.getAttribute('aria-controls'));
}

function nameAll() {
  document.querySelectorAll('select + .select2-container').forEach(nameSelection);
  document.querySelectorAll('.select2-dropdown').forEach(nameOpened);
  document.querySelectorAll('.search-label-icon').forEach(hint => hint.setAttribute('role', 'img'));
}

new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
nameAll();
