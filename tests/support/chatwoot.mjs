import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from './paths.mjs';
import { literal, sql } from './postgres.mjs';

const schemaPath = path.join(projectRoot, 'db/source/chatwoot_schema.sql');

/** Chatwoot's tables in an empty database, which `reader` may read and nothing else. */
export async function makeChatwoot(owner, reader) {
    await sql(owner, readFileSync(schemaPath, 'utf8'));
    await sql(owner, `grant select on all tables in schema public to "${reader}"`);
}

/** An account with its inboxes, such as { id: 11, name: 'WhatsApp' }. */
export async function addAccount(owner, { id, name, inboxes }) {
    const added = inboxes.map((inbox) => inboxRow(id, inbox));
    await sql(
        owner,
        `insert into accounts (id, name, created_at, updated_at)
         values (${id}, ${literal(name)}, now(), now());
         ${added.join('\n')}`,
    );
}

export async function addInbox(owner, account, inbox) {
    await sql(owner, inboxRow(account, inbox));
}

export async function addAgent(owner, { id, name }) {
    await sql(
        owner,
        `insert into users (id, uid, name, created_at, updated_at)
         values (${id}, 'agent-${id}', ${literal(name)}, now(), now())`,
    );
}

export async function addContact(owner, { id, account, name, phone, email }) {
    await sql(
        owner,
        `insert into contacts (id, account_id, name, phone_number, email, created_at, updated_at)
         values (${id}, ${account}, ${literal(name)}, ${literal(phone)}, ${literal(email)},
                 ${utcNow}, ${utcNow})`,
    );
}

/**
 * A conversation that began `minutesAgo`, with one message a minute: ['contact', 'Oi'], or from
 * 'agent', 'bot' or 'note'.
 */
export async function addConversation(owner, conversation) {
    const { id, account, inbox, contact, status = 0, minutesAgo, messages } = conversation;
    const at = (minute) => `${utcNow} - interval '${minutesAgo - minute} minutes'`;
    const written = messages.map(([author, text], minute) =>
        messageRow(conversation, author, text, at(minute)),
    );
    await sql(
        owner,
        `begin; insert into conversations (id, account_id, inbox_id, contact_id, status, display_id,
                                    created_at, updated_at, last_activity_at)
         values (${id}, ${account}, ${inbox}, ${contact}, ${status}, 0,
                 ${at(0)}, ${at(messages.length)}, ${at(messages.length)});
         ${written.join('\n')}
         commit`,
    );
}

/** What Chatwoot does when a message comes in. */
export async function addMessage(owner, conversation, author, text) {
    await sql(
        owner,
        `begin; ${messageRow(conversation, author, text, utcNow)}
         update conversations set updated_at = ${utcNow}, last_activity_at = ${utcNow}
          where id = ${conversation.id};
         commit`,
    );
}

// The same instant all through a transaction.
const utcNow = `timezone('utc', now())`;

const kinds = {
    contact: { type: 0, private: false, sender: 'Contact' },
    agent: { type: 1, private: false, sender: 'User' },
    bot: { type: 1, private: false, sender: 'AgentBot' },
    note: { type: 1, private: true, sender: 'User' },
};

function messageRow({ id, account, inbox, contact, agent = 5 }, author, text, at) {
    const kind = kinds[author];
    const sender = author === 'contact' ? contact : agent;
    return `insert into messages (account_id, inbox_id, conversation_id, message_type, private,
                                  sender_type, sender_id, content, created_at, updated_at)
            values (${account}, ${inbox}, ${id}, ${kind.type}, ${kind.private},
                    '${kind.sender}', ${sender}, ${literal(text)}, ${at}, ${at});`;
}

function inboxRow(account, { id, name, channel = 'Channel::Whatsapp' }) {
    return `insert into inboxes (id, channel_id, account_id, name, channel_type,
                                 created_at, updated_at)
            values (${id}, ${id}, ${account}, ${literal(name)}, '${channel}', now(), now());`;
}
