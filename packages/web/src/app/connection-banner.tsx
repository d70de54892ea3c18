import { connection } from "../data/connection.ts";
import { t } from "../i18n/locale.ts";
import { Age } from "../ui/age.tsx";
import { Icon } from "../ui/icon.tsx";
import { collector } from "./collector.ts";
import { session } from "./session.ts";

/** Says that the server is gone, or that nothing is collected; hidden otherwise. */
export function ConnectionBanner() {
  const { value } = connection;
  const words = t.value.connection;
  const text = value === "lost" ? words.lostDetail : value === "refused" ? words.refusedDetail : undefined;
  return (
    <div class="banner-place" role="status">
      {text === undefined ? (
        <CollectorStopped />
      ) : (
        <p class="banner">
          <Icon name="warning" />
          <span>
            <strong>{value === "lost" ? words.lost : words.refused}.</strong> {text}
          </span>
        </p>
      )}
    </div>
  );
}

function CollectorStopped() {
  const words = t.value.collector;
  const { kind, stage } = session.value ?? { kind: "embedded", stage: "" };
  if (collector.value === undefined || collector.value.is_running) return null;
  const { last_polled_at } = collector.value;
  const command = kind === "deployed" ? `npx energylive doctor --stage ${stage}` : "npm start";
  return (
    <p class="banner">
      <Icon name="warning" />
      <span>
        <strong>{words.stopped}.</strong>{" "}
        {last_polled_at === null ? null : (
          <>
            {words.lastPoll} <Age at={last_polled_at} />.{" "}
          </>
        )}
        {words.loss} {kind === "deployed" ? words.findOut : words.start}: <code>{command}</code>
      </span>
    </p>
  );
}
