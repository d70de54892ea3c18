import type { DeadLetterMessage, DeadLetterReason } from "@energylive/api/contract";
import { t } from "../../i18n/locale.ts";
import { Age } from "../../ui/age.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Said } from "../../ui/said.tsx";

/** A dead letter as it is, with body and attributes as text. */
export function MessageDialog(props: {
  group: DeadLetterReason;
  message: DeadLetterMessage;
  onClose: () => void;
  onRedrive: (message: DeadLetterMessage) => void;
}) {
  const { group, message, onClose, onRedrive } = props;
  const words = t.value.pipeline;
  const attributes = Object.entries(message.attributes);
  return (
    <Dialog title={words.messageTitle} onClose={onClose} isWide>
      <dl class="facts">
        <div>
          <dt>{words.why}</dt>
          <dd>
            <code>{group.reason}</code>
          </dd>
        </div>
        {message.detail === null ? null : (
          <div>
            <dt>{words.detail}</dt>
            <dd>
              <Said text={message.detail} />
            </dd>
          </div>
        )}
        <div>
          <dt>{words.seen}</dt>
          <dd>
            <Age at={message.seen_at} />
          </dd>
        </div>
        {message.device_id === null ? null : (
          <div>
            <dt>{words.device}</dt>
            <dd>{message.device_id}</dd>
          </div>
        )}
      </dl>
      <h3>{words.body}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long ones scroll by key. */}
      <pre class="message-body" tabIndex={0}>
        {readable(message.body)}
      </pre>
      {attributes.length === 0 ? null : (
        <>
          <h3>{words.attributes}</h3>
          <dl class="facts facts-code">
            {attributes.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={() => onRedrive(message)}>
          {words.redriveOne} …
        </button>
      </footer>
    </Dialog>
  );
}

/** Indented, unless that would lose digits of a number. */
function readable(body: string): string {
  try {
    const indented = JSON.stringify(JSON.parse(body), null, 2);
    const squeeze = (text: string) => text.replaceAll(/\s/g, "");
    return squeeze(indented) === squeeze(body) ? indented : body;
  } catch {
    return body;
  }
}
