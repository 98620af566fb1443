package io.gracefulbackup.internal.json;

import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;

/** Names of types and places for messages; they tell nothing of the values. */
final class Types {
    private Types() {}

    /** The name of a class without its package. */
    static String name(Class<?> type) {
        if (type.isPrimitive() || type.isArray()) {
            return type.getTypeName();
        }
        String prefix = type.getPackageName();
        String name = prefix.isEmpty() ? type.getName() : type.getName().substring(prefix.length() + 1);
        return name.replace('$', '.');
    }

    /** The name of a type, with its type arguments, without packages. */
    static String name(JavaType type) {
        if (type.isArrayType()) {
            return name(type.getContentType()) + "[]";
        }
        StringBuilder name = new StringBuilder(name(type.getRawClass()));
        if (type.hasGenericTypes()) {
            List<JavaType> arguments = type.getBindings().getTypeParameters();
            name.append('<');
            for (int i = 0; i < arguments.size(); i++) {
                name.append(i == 0 ? "" : ", ").append(name(arguments.get(i)));
            }
            name.append('>');
        }
        return name.toString();
    }

    /** The property at which it failed, such as {@code Account.cents}; empty outside of objects. Keys are not shown. */
    static String place(JacksonException failed) {
        String place = "";
        for (JacksonException.Reference step : failed.getPath()) {
            Object from = step.from();
            Class<?> type = from instanceof Class<?> known ? known : from == null ? Map.class : from.getClass();
            if (step.getPropertyName() != null && !Map.class.isAssignableFrom(type)) {
                place = name(type) + "." + step.getPropertyName();
            }
        }
        return place;
    }
}
