package io.gracefulbackup.internal.config;

import java.util.Arrays;

/** Measures how many typing errors separate two words. */
final class EditDistance {
    private EditDistance() {}

    /** The number of letters omitted, added, replaced or swapped with their neighbour (Damerau-Levenshtein distance). */
    static int distance(String one, String other) {
        int[] beforeLast = new int[other.length() + 1];
        int[] last = new int[other.length() + 1];
        int[] row = new int[other.length() + 1];
        Arrays.setAll(last, i -> i);
        for (int i = 1; i <= one.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(last[j - 1] + replaced, Math.min(last[j], row[j - 1]) + 1);
                boolean swapped = i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1);
                if (swapped) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] unused = beforeLast;
            beforeLast = last;
            last = row;
            row = unused;
        }
        return last[other.length()];
    }
}
