"""LangChain's OpenAI chat class against the HTTP edge; run in an environment of its own.

`python client.py BASE_URL KEY HOW MAX_TOKENS`, HOW being invoke, stream or tools,
prints one JSON object a line: {"text": …} for each piece, {"usage": …, "reason": …}
at the end, or {"status": …, "message": …} of an error.
"""

import json
import sys

import openai
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI


def say(**told: object) -> None:
    """One line."""
    sys.stdout.write(json.dumps(told) + "\n")


def main(url: str, key: str, how: str, max_tokens: str) -> None:
    """Ask once."""
    model = ChatOpenAI(
        model="counter",
        base_url=url,
        api_key=key,  # type: ignore[arg-type]
        max_tokens=int(max_tokens),  # type: ignore[call-arg]
        temperature=0.5,
        max_retries=0,
        stream_usage=True,
    )
    messages = [SystemMessage("count"), HumanMessage("hello")]
    try:
        if how == "stream":
            whole = None
            for chunk in model.stream(messages):
                if chunk.content:
                    say(text=chunk.content)
                whole = chunk if whole is None else whole + chunk
        else:
            asked = model.bind(tools=[{"type": "function"}]) if how == "tools" else model
            whole = asked.invoke(messages)
            say(text=whole.content)
    except openai.APIStatusError as error:
        say(status=error.status_code, message=str(error))
        return
    say(usage=whole.usage_metadata, reason=whole.response_metadata.get("finish_reason"))


if __name__ == "__main__":
    main(*sys.argv[1:])
