import type { AlertRule, AlertRuleName, EditDeviceRequest } from "@energylive/api/contract";
import { useSignal } from "@preact/signals";

import { postJson } from "../../data/client.ts";
import { t } from "../../i18n/locale.ts";
import { ActionDialog } from "../../ui/action-dialog.tsx";
import { Icon } from "../../ui/icon.tsx";

/** What a new rule of each name begins with. */
const NEW_RULES: { readonly [Name in AlertRuleName]: Extract<AlertRule, { rule: Name }> } = {
  power_above: { rule: "power_above", watts: 5_000, minutes: 15 },
  peak_above: { rule: "peak_above", kw: 6 },
  energy_above: { rule: "energy_above", kwh: 20, per: "day" },
  cost_above: { rule: "cost_above", eur: 100, per: "month" },
  base_load_above: { rule: "base_load_above", watts: 250 },
  unusual_day: { rule: "unusual_day", percent: 50 },
  no_data: { rule: "no_data", minutes: 60 },
  battery_below: { rule: "battery_below", millivolts: 4_300 },
};

const NAMES = Object.keys(NEW_RULES) as AlertRuleName[];
const PERS = ["day", "week", "month"] as const;

/** The collector is told of silence by its own runs, which are minutes apart. */
const LEAST_SILENCE_MINUTES = 10;

/** A rule while it is typed. */
interface Draft {
  rule: AlertRuleName;
  fields: Readonly<Record<string, string>>;
}

/** Changes what a device is watched for. */
export function RulesDialog(props: {
  deviceId: string;
  rules: readonly AlertRule[];
  onClose: () => void;
  onDone: () => void;
}) {
  const words = t.value.alerts;
  const drafts = useSignal<readonly Draft[]>(props.rules.map(draftOf));
  const change = (index: number, draft: Draft) => {
    drafts.value = drafts.value.with(index, draft);
  };
  return (
    <ActionDialog
      title={words.rulesTitle}
      yes={t.value.edit.save}
      underWay={t.value.edit.saving}
      failed={t.value.edit.notSaved}
      onClose={props.onClose}
      act={async () => {
        const alerts = drafts.value.map(ruleOf);
        const request: EditDeviceRequest = { alerts: alerts.length === 0 ? null : alerts };
        await postJson(`/api/devices/${encodeURIComponent(props.deviceId)}`, request);
        props.onDone();
      }}
    >
      <div class="stacked-form">
        <p class="hint">{words.rulesHelp}</p>
        {drafts.value.map((draft, index) => (
          // Their order is all that tells them apart while they are typed.
          <RuleFields
            key={index}
            draft={draft}
            onChange={(changed) => change(index, changed)}
            onRemove={() => (drafts.value = drafts.value.toSpliced(index, 1))}
          />
        ))}
        <button
          type="button"
          class="button button-small"
          onClick={() => (drafts.value = [...drafts.value, draftOf(NEW_RULES.power_above)])}
        >
          {words.addRule}
        </button>
      </div>
    </ActionDialog>
  );
}

function RuleFields(props: { draft: Draft; onChange: (draft: Draft) => void; onRemove: () => void }) {
  const { draft, onChange, onRemove } = props;
  const words = t.value.alerts;
  const set = (field: string, text: string) =>
    onChange({ ...draft, fields: { ...draft.fields, [field]: text } });
  return (
    <fieldset class="rule-fields">
      <legend class="visually-hidden">{words.names[draft.rule]}</legend>
      <select
        aria-label={words.rule}
        value={draft.rule}
        onChange={({ currentTarget }) => onChange(draftOf(NEW_RULES[currentTarget.value as AlertRuleName]))}
      >
        {NAMES.map((name) => (
          <option key={name} value={name}>
            {words.names[name]}
          </option>
        ))}
      </select>
      {Object.entries(draft.fields).map(([field, text]) =>
        field === "per" ? (
          <select
            key={field}
            aria-label={words.per}
            value={text}
            onChange={({ currentTarget }) => set(field, currentTarget.value)}
          >
            {PERS.map((per) => (
              <option key={per} value={per}>
                {words.pers[per]}
              </option>
            ))}
          </select>
        ) : (
          <label key={field} class="rule-field">
            <input
              type="number"
              required
              step="any"
              min={draft.rule === "no_data" ? LEAST_SILENCE_MINUTES : 0.001}
              value={text}
              onInput={({ currentTarget }) => set(field, currentTarget.value)}
            />
            {words.units[field as keyof typeof words.units]}
          </label>
        ),
      )}
      <button
        type="button"
        class="icon-button icon-button-small"
        aria-label={words.removeRule(words.names[draft.rule])}
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
    </fieldset>
  );
}

function draftOf({ rule, ...fields }: AlertRule): Draft {
  return {
    rule,
    fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)])),
  };
}

/** The server says what is wrong with it. */
function ruleOf({ rule, fields }: Draft): AlertRule {
  const values = Object.entries(fields).map(([name, text]) => [name, name === "per" ? text : Number(text)]);
  return { rule, ...Object.fromEntries(values) };
}
