import { connection } from "../data/connection.ts";
import { t } from "../i18n/locale.ts";
import { Icon } from "../ui/icon.tsx";

/** Says that the server is gone; hidden otherwise. */
export function ConnectionBanner() {
  const { value } = connection;
  const words = t.value.connection;
  const text = value === "lost" ? words.lostDetail : value === "refused" ? words.refusedDetail : undefined;
  return (
    <div class="banner-place" role="status">
      {text === undefined ? null : (
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
