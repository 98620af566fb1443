package io.gracefulbackup.internal.support;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Puts texts of several authors together without saying the same sentence twice: the advice of a cause is often its caller's too. */
public final class Sentences {
    private static final Pattern GAP = Pattern.compile("(?<=[.;]) +");
    private static final Pattern FINAL_MARK = Pattern.compile("[.;]$");

    private Sentences() {}

    /** The text without those sentences that {@code said}, or the text itself, has already; empty if none is left. */
    public static String notIn(String said, String text) {
        List<String> left = new ArrayList<>();
        StringBuilder before = new StringBuilder(said);
        for (String sentence : GAP.splitAsStream(text).toList()) {
            if (before.indexOf(withoutMark(sentence)) < 0 || isShort(sentence)) {
                left.add(sentence);
                before.append('\n').append(sentence);
            }
        }
        String result = String.join(" ", left);
        return result.length() == text.length()
                ? text
                : left.stream().allMatch(Sentences::isShort) ? "" : withoutMark(result);
    }

    /** One or two words occur in other sentences by chance. */
    private static boolean isShort(String sentence) {
        return sentence.strip().split(" +", -1).length < 3;
    }

    private static String withoutMark(String sentence) {
        return FINAL_MARK.matcher(sentence.strip()).replaceFirst("");
    }
}
