package io.gracefulbackup.internal.config;

import java.util.ArrayList;
import java.util.List;

/**
 * What the operator has chosen for the start: a backup, or none. Written {@code value[,despite:what]…}, such as {@code
 * BACKUP_RESTORE_ID=<id>,despite:<id of an entry that cannot be read>}.
 *
 * @param setting the setting that chooses
 * @param value the id of a backup, its CID, or {@code empty}
 * @param despite what the choice goes past: ids or locations of entries, or {@value #UNREAD}
 */
public record StartChoice(Setting setting, String value, List<String> despite) {
    /** All entries that were not read because the time was up. */
    public static final String UNREAD = "unread";

    private static final String DESPITE = ",despite:";

    /** The settings that choose. */
    public enum Setting {
        BACKUP_RESTORE_ID("id:"),
        PINATA_RESTORE_CID("cid:"),
        BACKUP_START("");

        private final String prefix;

        Setting(String prefix) {
            this.prefix = prefix;
        }
    }

    public StartChoice {
        despite = List.copyOf(despite);
    }

    /** The choice of the backup with that id. */
    public static StartChoice ofBackup(String id) {
        return new StartChoice(Setting.BACKUP_RESTORE_ID, id, List.of());
    }

    /** The choice to start without a backup. */
    public static StartChoice ofNone() {
        return new StartChoice(Setting.BACKUP_START, "empty", List.of());
    }

    /** Parses the text of a setting. Whether the value is one that the setting takes is not checked. */
    static StartChoice parse(Setting setting, String text) {
        List<String> parts = List.of(text.split(DESPITE, -1));
        return new StartChoice(
                setting,
                parts.get(0).strip(),
                parts.subList(1, parts.size()).stream().map(String::strip).toList());
    }

    /** The same choice, which also goes past these. */
    public StartChoice despite(List<String> more) {
        List<String> all = new ArrayList<>(despite);
        more.stream().filter(what -> !all.contains(what)).forEach(all::add);
        return new StartChoice(setting, value, all);
    }

    /** Whether the choice is to start without a backup. */
    public boolean isNone() {
        return setting == Setting.BACKUP_START;
    }

    /** What a choice goes past, by its text in headers. */
    public static List<String> despiteIn(String text) {
        List<String> parts = List.of(text.split(DESPITE, -1));
        return parts.subList(1, parts.size());
    }

    /** How the headers of later backups record the choice. */
    public String text() {
        return setting.prefix + written();
    }

    private String written() {
        StringBuilder written = new StringBuilder(value);
        despite.forEach(what -> written.append(DESPITE).append(what));
        return written.toString();
    }

    /** The setting and its value, as the operator writes them. */
    @Override
    public String toString() {
        return setting + "=" + written();
    }
}
