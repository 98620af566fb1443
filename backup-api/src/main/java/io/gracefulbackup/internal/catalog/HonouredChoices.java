package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Choice;
import io.gracefulbackup.BackupId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The choices in headers: their texts, how the list of them grows from parent to child, and what follows from it. */
public final class HonouredChoices {
    private static final String DROP = "drop:";
    private static final String FALLBACK = "fallback:";
    private static final String IN = ",in:";
    private static final String LIVE = "live:";

    private HonouredChoices() {}

    /** The restore of that backup while the application runs. */
    static String live(BackupId restored) {
        return LIVE + restored;
    }

    /** A start with an older backup, because the copies of that one in these sinks cannot be used. */
    public static String fallback(BackupId past, Collection<String> sinks) {
        StringBuilder text = new StringBuilder(FALLBACK).append(past);
        sinks.forEach(sink -> text.append(IN).append(sink));
        return text.toString();
    }

    /** A restore that left properties out, in text. It goes on from the newest backup, so it leaves nothing else behind. */
    public static String drop(String properties) {
        return DROP + properties;
    }

    /**
     * Whether the line of a backup left that head behind on purpose.
     *
     * @param sinks those that hold the head
     */
    static boolean leftBehind(BackupHeader newest, BackupHeader head, Collection<String> sinks) {
        return newest.choices().stream().anyMatch(choice -> leftBehind(choice, head, sinks));
    }

    /**
     * When an older state was chosen, all that was known got a lower sequence and a lower epoch than the first backup upon it; the
     * same epoch, if the application was running under a lease. A fallback leaves nothing behind but the backup that could not be
     * used, and only where it could not: another sink may have come back with an intact copy.
     */
    private static boolean leftBehind(Choice choice, BackupHeader head, Collection<String> sinks) {
        String text = choice.text();
        if (text.startsWith(FALLBACK)) {
            List<String> parts = List.of(text.split(IN, -1));
            return parts.get(0).equals(FALLBACK + head.id()) && parts.containsAll(sinks);
        }
        long highestEpoch =
                text.startsWith(LIVE) ? choice.since().epoch() : choice.since().epoch() - 1;
        return !text.startsWith(DROP)
                && head.epoch() <= highestEpoch
                && head.sequence() < choice.since().sequence();
    }

    /**
     * The choices with one more, unless it is among them already. Beyond {@link BackupHeader#MAX_CHOICES} the oldest goes that
     * is not needed.
     *
     * @param needed texts that stay, because a setting may ask for them again
     */
    static List<Choice> with(List<Choice> choices, Choice more, Collection<String> needed) {
        if (choices.stream().anyMatch(choice -> choice.text().equals(more.text()))) {
            return choices;
        }
        List<Choice> all = new ArrayList<>(choices);
        all.add(more);
        if (all.size() > BackupHeader.MAX_CHOICES) {
            all.remove(all.stream()
                    .filter(choice -> !needed.contains(choice.text()))
                    .findFirst()
                    .orElse(all.get(0)));
        }
        return List.copyOf(all);
    }
}
