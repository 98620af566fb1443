package io.gracefulbackup.internal.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the operator has chosen for the start: a backup, or none. Written {@code value[,despite:what]…}, such as {@code
 * BACKUP_RESTORE_ID=<id>,despite:<id of an entry that cannot be read>}.
 *
 * @param setting the setting that chooses
 * @param value the id of a backup, its CID, or {@code empty}
 * @param despite what the choice goes past: ids or locations of entries, {@value #UNREAD} or {@value #ALL}
 */
public record StartChoice(Setting setting, String value, List<String> despite) {
    /** All entries that were not read because the time was up. */
    public static final String UNREAD = "unread";

    /** All entries that cannot be opened, for whatever reason. */
    public static final String ALL = "all";

    /** So long may a choice be that is set: the headers of later backups have room for it. */
    static final int LONGEST = 1_500;

    /** A line to be copied by hand names a dozen entries by their ids, or half as many by their CIDs. */
    private static final int LONGEST_PRINTED = 600;

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

    /** The same choice, which goes past nothing. */
    public StartChoice despiteNothing() {
        return new StartChoice(setting, value, List.of());
    }

    /**
     * The same choice, which also goes past these. If a setting cannot name them, or they are too many to be copied, it goes past
     * {@link #ALL} instead.
     */
    public StartChoice despite(List<String> more) {
        List<String> all = new ArrayList<>(despite);
        more.stream().filter(what -> !all.contains(what)).forEach(all::add);
        StartChoice naming = new StartChoice(setting, value, all);
        boolean canBeSet =
                naming.text().length() <= LONGEST_PRINTED && all.stream().allMatch(StartChoice::canBeNamed);
        return canBeSet ? naming : new StartChoice(setting, value, List.of(ALL));
    }

    /** Whether a setting can have it: printable ASCII, and not taken apart when the setting is parsed. */
    private static boolean canBeNamed(String what) {
        return what.equals(what.strip())
                && !what.contains(DESPITE)
                && what.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    /** Whether it chooses what that one does and goes past nothing that the other does not, so that it is no new choice. */
    private boolean isWithin(StartChoice other) {
        return setting == other.setting && value.equals(other.value) && other.despite.containsAll(despite);
    }

    /** The text in headers of the choice that this one repeats, if it was followed already. */
    public Optional<String> repeated(List<String> followed) {
        return followed.stream()
                .filter(text -> text.startsWith(setting.prefix)
                        && isWithin(parse(setting, text.substring(setting.prefix.length()))))
                .findFirst();
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
